package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.activation.Lanes;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops in FP16, computed in FP32 lanes: a template that {@link LoopWeaver} makes a class of
 * for each activation. A chunk at a time goes through an array of floats: the JIT compiler has the
 * processor's own conversions only for scalar loops, and turns those into vectors only where one
 * side is an array.
 */
final class Fp16ElementwiseLoop extends ElementwiseLoop {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();
  private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED;

  /**
   * Elements in a chunk, a multiple of every vector's length. 1024 are slower by half on memory
   * beyond the caches, fewer than 512 in them.
   */
  private static final int CHUNK = Scratch.FLOATS;

  @Override
  int step() {
    return 1;
  }

  @Override
  void value(Lanes lanes, long x, long output, int count, float[] floats) {
    int part = part(count);
    for (int first = 0; first < count; first += part) {
      int length = Math.min(part, count - first);
      long offset = (long) first * Short.BYTES;
      for (int i = 0; i < length; i++) {
        floats[i] = Float.float16ToFloat(EVERYTHING.get(HALF, x + offset + (long) i * Short.BYTES));
      }
      for (int i = 0; i < length; i += LENGTH) {
        lanes.value(FloatVector.fromArray(SPECIES, floats, i)).intoArray(floats, i);
      }
      for (int i = 0; i < length; i++) {
        EVERYTHING.set(
            HALF, output + offset + (long) i * Short.BYTES, Float.floatToFloat16(floats[i]));
      }
    }
  }

  @Override
  void derivative(Lanes lanes, long x, long output, int count, float[] floats) {
    int part = part(count);
    for (int first = 0; first < count; first += part) {
      int length = Math.min(part, count - first);
      long offset = (long) first * Short.BYTES;
      for (int i = 0; i < length; i++) {
        floats[i] = Float.float16ToFloat(EVERYTHING.get(HALF, x + offset + (long) i * Short.BYTES));
      }
      for (int i = 0; i < length; i += LENGTH) {
        lanes.derivative(FloatVector.fromArray(SPECIES, floats, i)).intoArray(floats, i);
      }
      for (int i = 0; i < length; i++) {
        EVERYTHING.set(
            HALF, output + offset + (long) i * Short.BYTES, Float.floatToFloat16(floats[i]));
      }
    }
  }

  @Override
  void gradient(Lanes lanes, long x, long gradY, long output, int count, float[] floats) {
    int part = part(count);
    for (int first = 0; first < count; first += part) {
      int length = Math.min(part, count - first);
      long offset = (long) first * Short.BYTES;
      for (int i = 0; i < length; i++) {
        floats[i] = Float.float16ToFloat(EVERYTHING.get(HALF, x + offset + (long) i * Short.BYTES));
      }
      for (int i = 0; i < length; i++) {
        floats[CHUNK + i] =
            Float.float16ToFloat(EVERYTHING.get(HALF, gradY + offset + (long) i * Short.BYTES));
      }
      for (int i = 0; i < length; i += LENGTH) {
        FloatVector g = FloatVector.fromArray(SPECIES, floats, CHUNK + i);
        lanes.derivative(FloatVector.fromArray(SPECIES, floats, i)).mul(g).intoArray(floats, i);
      }
      for (int i = 0; i < length; i++) {
        EVERYTHING.set(
            HALF, output + offset + (long) i * Short.BYTES, Float.floatToFloat16(floats[i]));
      }
    }
  }

  /** The length of chunks of which as few as possible, all about as long, hold the elements. */
  private static int part(int count) {
    int chunks = Math.max(1, (count + CHUNK - 1) / CHUNK);
    return ((count + chunks - 1) / chunks + LENGTH - 1) & -LENGTH;
  }
}
