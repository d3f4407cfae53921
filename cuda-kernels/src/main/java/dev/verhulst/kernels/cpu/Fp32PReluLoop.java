package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The loops of PReLU in FP32. Memory is given by absolute address. */
final class Fp32PReluLoop {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** How many elements one iteration takes. */
  static final int STEP = SPECIES.length();

  private Fp32PReluLoop() {}

  static void value(long x, long slope, long output, int count) {
    for (int i = 0; i < count; i += STEP) {
      long offset = (long) i * Float.BYTES;
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER);
      FloatVector s = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, slope + offset, ORDER);
      v.mul(s)
          .blend(v, v.compare(VectorOperators.GT, 0))
          .intoMemorySegment(EVERYTHING, output + offset, ORDER);
    }
  }

  static void derivative(long x, long slope, long output, int count) {
    for (int i = 0; i < count; i += STEP) {
      long offset = (long) i * Float.BYTES;
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER);
      FloatVector s = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, slope + offset, ORDER);
      v.blend(1, v.compare(VectorOperators.GT, 0))
          .blend(s, v.compare(VectorOperators.LE, 0))
          .intoMemorySegment(EVERYTHING, output + offset, ORDER);
    }
  }

  static void gradient(long x, long slope, long gradY, long output, int count) {
    for (int i = 0; i < count; i += STEP) {
      long offset = (long) i * Float.BYTES;
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER);
      FloatVector s = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, slope + offset, ORDER);
      FloatVector g = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, gradY + offset, ORDER);
      v.blend(1, v.compare(VectorOperators.GT, 0))
          .blend(s, v.compare(VectorOperators.LE, 0))
          .mul(g)
          .intoMemorySegment(EVERYTHING, output + offset, ORDER);
    }
  }
}
