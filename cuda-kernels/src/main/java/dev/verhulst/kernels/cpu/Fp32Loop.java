package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.activation.Lanes;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The loops in FP32: a template that {@link LoopWeaver} makes a class of for each activation. */
final class Fp32Loop extends ElementwiseLoop {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  @Override
  int step() {
    return LENGTH;
  }

  @Override
  void value(Lanes lanes, long x, long output, int count, float[][] floats) {
    for (int i = 0; i < count; i += LENGTH) {
      long offset = (long) i * Float.BYTES;
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER);
      lanes.value(v).intoMemorySegment(EVERYTHING, output + offset, ORDER);
    }
  }

  @Override
  void derivative(Lanes lanes, long x, long output, int count, float[][] floats) {
    for (int i = 0; i < count; i += LENGTH) {
      long offset = (long) i * Float.BYTES;
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER);
      lanes.derivative(v).intoMemorySegment(EVERYTHING, output + offset, ORDER);
    }
  }

  @Override
  void gradient(Lanes lanes, long x, long gradY, long output, int count, float[][] floats) {
    for (int i = 0; i < count; i += LENGTH) {
      long offset = (long) i * Float.BYTES;
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER);
      FloatVector g = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, gradY + offset, ORDER);
      lanes.derivative(v).mul(g).intoMemorySegment(EVERYTHING, output + offset, ORDER);
    }
  }
}
