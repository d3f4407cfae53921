package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.lanes.DoubleExp;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The loops of softmax in FP64: a template that {@link LoopWeaver} flattens. */
final class Fp64SoftmaxLoop extends SoftmaxLoop {

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  @Override
  int lanes() {
    return LENGTH;
  }

  @Override
  int sumLanes() {
    return 2 * LENGTH;
  }

  @Override
  void maximum(long x, int count, long result) {
    DoubleVector largest = DoubleVector.broadcast(SPECIES, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < count; i += LENGTH) {
      VectorMask<Double> inRange = SPECIES.indexInRange(i, count);
      long offset = (long) i * Double.BYTES;
      DoubleVector v =
          DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER, inRange);
      largest = largest.blend(v, v.compare(VectorOperators.GT, largest).and(inRange));
    }
    largest.intoMemorySegment(EVERYTHING, result, ORDER);
  }

  @Override
  void exponentials(long x, long y, int count, double maximum, long result) {
    DoubleVector sum = DoubleVector.zero(SPECIES);
    DoubleVector lost = DoubleVector.zero(SPECIES);
    for (int i = 0; i < count; i += LENGTH) {
      VectorMask<Double> inRange = SPECIES.indexInRange(i, count);
      long offset = (long) i * Double.BYTES;
      DoubleVector v =
          DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER, inRange);
      DoubleVector e = DoubleExp.expOfDifference(v, maximum);
      e.intoMemorySegment(EVERYTHING, y + offset, ORDER, inRange);
      e = sum.broadcast(0).blend(e, inRange);
      // What rounding takes from the sum is a second vector of terms.
      DoubleVector next = sum.add(e);
      lost = lost.add(e.sub(next.sub(sum)));
      sum = next;
    }
    sum.intoMemorySegment(EVERYTHING, result, ORDER);
    lost.intoMemorySegment(EVERYTHING, result + SPECIES.vectorByteSize(), ORDER);
  }

  @Override
  void dot(long y, long gradY, int count, long result) {
    DoubleVector sum = DoubleVector.zero(SPECIES);
    for (int i = 0; i < count; i += LENGTH) {
      VectorMask<Double> inRange = SPECIES.indexInRange(i, count);
      long offset = (long) i * Double.BYTES;
      DoubleVector v =
          DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, y + offset, ORDER, inRange);
      DoubleVector g =
          DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, gradY + offset, ORDER, inRange);
      sum = v.fma(g, sum);
    }
    sum.intoMemorySegment(EVERYTHING, result, ORDER);
  }

  @Override
  void scale(long y, int count, double factor, double factorLow) {
    for (int i = 0; i < count; i += LENGTH) {
      VectorMask<Double> inRange = SPECIES.indexInRange(i, count);
      long offset = (long) i * Double.BYTES;
      DoubleVector v =
          DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, y + offset, ORDER, inRange);
      v.fma(v.broadcast(factor), v.mul(factorLow))
          .intoMemorySegment(EVERYTHING, y + offset, ORDER, inRange);
    }
  }

  @Override
  void derivative(long y, int count, double factor) {
    for (int i = 0; i < count; i += LENGTH) {
      VectorMask<Double> inRange = SPECIES.indexInRange(i, count);
      long offset = (long) i * Double.BYTES;
      DoubleVector v =
          DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, y + offset, ORDER, inRange)
              .mul(factor);
      v.mul(v.broadcast(1).sub(v)).intoMemorySegment(EVERYTHING, y + offset, ORDER, inRange);
    }
  }

  @Override
  void gradient(long y, long gradY, int count, double factor, double dot) {
    for (int i = 0; i < count; i += LENGTH) {
      VectorMask<Double> inRange = SPECIES.indexInRange(i, count);
      long offset = (long) i * Double.BYTES;
      DoubleVector v =
          DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, y + offset, ORDER, inRange);
      DoubleVector g =
          DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, gradY + offset, ORDER, inRange);
      v.mul(factor).mul(g.sub(dot)).intoMemorySegment(EVERYTHING, y + offset, ORDER, inRange);
    }
  }
}
