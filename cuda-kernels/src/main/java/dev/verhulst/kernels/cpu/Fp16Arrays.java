package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * FP16 in memory to and from arrays of floats. The JIT compiler has the processor's own conversions
 * only for scalar loops, and turns those into vectors only where one side is an array, from its
 * beginning on: several inputs in one array are converted number by number.
 */
final class Fp16Arrays {

  /**
   * Elements in a chunk, a multiple of every vector's length. 1024 are slower by half on memory
   * beyond the caches, fewer than 512 in them.
   */
  private static final int CHUNK = Scratch.FLOATS;

  static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED;

  private Fp16Arrays() {}

  /** The length of chunks of which as few as possible, all about as long, hold the elements. */
  static int part(int count) {
    int length = FloatVector.SPECIES_PREFERRED.length();
    int chunks = Math.max(1, (count + CHUNK - 1) / CHUNK);
    return ((count + chunks - 1) / chunks + length - 1) & -length;
  }

  /** Reads {@code length} halves from an address. */
  static void read(long from, float[] floats, int length) {
    for (int i = 0; i < length; i++) {
      floats[i] = Float.float16ToFloat(EVERYTHING.get(HALF, from + (long) i * Short.BYTES));
    }
  }

  /** Writes {@code length} floats to an address, rounded to nearest even. */
  static void write(float[] floats, long to, int length) {
    for (int i = 0; i < length; i++) {
      EVERYTHING.set(HALF, to + (long) i * Short.BYTES, Float.floatToFloat16(floats[i]));
    }
  }
}
