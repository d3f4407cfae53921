package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.activation.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops in FP16, computed in FP32 lanes: a template that {@link LoopWeaver} makes a class of
 * for each activation. A chunk at a time goes through an array of floats ({@link Fp16Arrays}).
 */
final class Fp16ElementwiseLoop extends ElementwiseLoop {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();

  @Override
  int step() {
    return 1;
  }

  @Override
  void value(Lanes lanes, long x, long output, int count, float[][] floats) {
    float[] xs = floats[0];
    int part = Fp16Arrays.part(count);
    for (int first = 0; first < count; first += part) {
      int length = Math.min(part, count - first);
      long offset = (long) first * Short.BYTES;
      Fp16Arrays.read(x + offset, xs, length);
      for (int i = 0; i < length; i += LENGTH) {
        lanes.valueToRound(FloatVector.fromArray(SPECIES, xs, i)).intoArray(xs, i);
      }
      Fp16Arrays.write(xs, output + offset, length);
    }
  }

  @Override
  void derivative(Lanes lanes, long x, long output, int count, float[][] floats) {
    float[] xs = floats[0];
    int part = Fp16Arrays.part(count);
    for (int first = 0; first < count; first += part) {
      int length = Math.min(part, count - first);
      long offset = (long) first * Short.BYTES;
      Fp16Arrays.read(x + offset, xs, length);
      for (int i = 0; i < length; i += LENGTH) {
        lanes.derivative(FloatVector.fromArray(SPECIES, xs, i)).intoArray(xs, i);
      }
      Fp16Arrays.write(xs, output + offset, length);
    }
  }

  @Override
  void gradient(Lanes lanes, long x, long gradY, long output, int count, float[][] floats) {
    float[] xs = floats[0];
    float[] gs = floats[1];
    int part = Fp16Arrays.part(count);
    for (int first = 0; first < count; first += part) {
      int length = Math.min(part, count - first);
      long offset = (long) first * Short.BYTES;
      Fp16Arrays.read(x + offset, xs, length);
      Fp16Arrays.read(gradY + offset, gs, length);
      for (int i = 0; i < length; i += LENGTH) {
        FloatVector g = FloatVector.fromArray(SPECIES, gs, i);
        lanes.derivative(FloatVector.fromArray(SPECIES, xs, i)).mul(g).intoArray(xs, i);
      }
      Fp16Arrays.write(xs, output + offset, length);
    }
  }
}
