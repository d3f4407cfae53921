package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.lanes.FloatExp;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The loops of softmax in FP32: a template that {@link LoopWeaver} flattens. */
final class Fp32SoftmaxLoop extends SoftmaxLoop {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  @Override
  int lanes() {
    return LENGTH;
  }

  @Override
  int sumLanes() {
    return LENGTH;
  }

  @Override
  void maximum(long x, int count, long result) {
    FloatVector largest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < count; i += LENGTH) {
      VectorMask<Float> inRange = SPECIES.indexInRange(i, count);
      long offset = (long) i * Float.BYTES;
      FloatVector v =
          FloatVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER, inRange);
      largest = largest.blend(v, v.compare(VectorOperators.GT, largest).and(inRange));
    }
    largest.intoMemorySegment(EVERYTHING, result, ORDER);
  }

  @Override
  void exponentials(long x, long y, int count, double maximum, long result) {
    FloatVector sum = FloatVector.zero(SPECIES);
    FloatVector lost = FloatVector.zero(SPECIES);
    for (int i = 0; i < count; i += LENGTH) {
      VectorMask<Float> inRange = SPECIES.indexInRange(i, count);
      long offset = (long) i * Float.BYTES;
      FloatVector v =
          FloatVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER, inRange);
      FloatVector e = FloatExp.expOfDifference(v, (float) maximum);
      e.intoMemorySegment(EVERYTHING, y + offset, ORDER, inRange);
      e = sum.broadcast(0).blend(e, inRange);
      // What rounding takes from the sum is added at the end.
      FloatVector next = sum.add(e);
      lost = lost.add(e.sub(next.sub(sum)));
      sum = next;
    }
    sum.add(lost).intoMemorySegment(EVERYTHING, result, ORDER);
  }

  @Override
  void dot(long y, long gradY, int count, long result) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < count; i += LENGTH) {
      VectorMask<Float> inRange = SPECIES.indexInRange(i, count);
      long offset = (long) i * Float.BYTES;
      FloatVector v =
          FloatVector.fromMemorySegment(SPECIES, EVERYTHING, y + offset, ORDER, inRange);
      FloatVector g =
          FloatVector.fromMemorySegment(SPECIES, EVERYTHING, gradY + offset, ORDER, inRange);
      sum = v.fma(g, sum);
    }
    sum.intoMemorySegment(EVERYTHING, result, ORDER);
  }

  @Override
  void scale(long y, int count, double factor, double factorLow) {
    float high = (float) factor;
    float low = (float) (factor - high);
    for (int i = 0; i < count; i += LENGTH) {
      VectorMask<Float> inRange = SPECIES.indexInRange(i, count);
      long offset = (long) i * Float.BYTES;
      FloatVector v =
          FloatVector.fromMemorySegment(SPECIES, EVERYTHING, y + offset, ORDER, inRange);
      v.fma(v.broadcast(high), v.mul(low))
          .intoMemorySegment(EVERYTHING, y + offset, ORDER, inRange);
    }
  }

  @Override
  void derivative(long y, int count, double factor) {
    for (int i = 0; i < count; i += LENGTH) {
      VectorMask<Float> inRange = SPECIES.indexInRange(i, count);
      long offset = (long) i * Float.BYTES;
      FloatVector v =
          FloatVector.fromMemorySegment(SPECIES, EVERYTHING, y + offset, ORDER, inRange)
              .mul((float) factor);
      v.mul(v.broadcast(1).sub(v)).intoMemorySegment(EVERYTHING, y + offset, ORDER, inRange);
    }
  }

  @Override
  void gradient(long y, long gradY, int count, double factor, double dot) {
    for (int i = 0; i < count; i += LENGTH) {
      VectorMask<Float> inRange = SPECIES.indexInRange(i, count);
      long offset = (long) i * Float.BYTES;
      FloatVector v =
          FloatVector.fromMemorySegment(SPECIES, EVERYTHING, y + offset, ORDER, inRange);
      FloatVector g =
          FloatVector.fromMemorySegment(SPECIES, EVERYTHING, gradY + offset, ORDER, inRange);
      v.mul((float) factor)
          .mul(g.sub((float) dot))
          .intoMemorySegment(EVERYTHING, y + offset, ORDER, inRange);
    }
  }
}
