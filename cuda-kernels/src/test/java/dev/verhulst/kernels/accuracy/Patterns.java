package dev.verhulst.kernels.accuracy;

import java.util.SplittableRandom;

/** The inputs that the accuracy tests sample, the same on every run. */
public final class Patterns {

  /** How many FP32 inputs are sampled. */
  static final int FP32_COUNT = 1 << 20;

  private static final int FP64_COUNT = 1 << 16;

  /**
   * Where functions change their form, underflow, overflow, or cross a kernel's change of formula.
   */
  private static final double[] THRESHOLDS = {
    0.0,
    0.015625,
    0.17,
    0.25,
    0.5,
    0.75,
    0.927734375,
    1,
    1.41421356,
    2,
    2.5,
    3,
    4,
    6,
    9,
    10.5,
    13.2,
    14.4,
    16.6355,
    17.3287,
    18.4,
    20,
    36.7,
    38.5,
    60,
    83,
    87.33655,
    88.3763,
    88.722839,
    89,
    103.278,
    103.97208,
    104,
    700,
    708.4,
    709.78,
    745.13
  };

  /** Half of the FP32 samples lie near a threshold. */
  private static final int NEAR_A_THRESHOLD = FP32_COUNT / 2 / THRESHOLDS.length;

  private Patterns() {}

  /**
   * FP32 inputs: half of them uniform over the bit patterns, which is uniform over the magnitudes,
   * signs and NaNs; the others dense around the thresholds, of both signs, and around 0.
   */
  public static float[] fp32() {
    SplittableRandom random = new SplittableRandom(1838);
    float[] samples = new float[FP32_COUNT];
    int stride = (int) ((1L << 32) / (FP32_COUNT / 2));
    int count = 0;
    for (; count < FP32_COUNT / 2; count++) {
      samples[count] = Float.intBitsToFloat(count * stride + random.nextInt(stride));
    }
    for (double threshold : THRESHOLDS) {
      int bits = Float.floatToIntBits((float) threshold);
      for (int i = 0; i < NEAR_A_THRESHOLD; i++) {
        // From single steps away to a factor of two.
        int distance = random.nextInt(1 << random.nextInt(1, 24)) * (random.nextBoolean() ? 1 : -1);
        float near = Float.intBitsToFloat(Math.max(bits + distance, 0));
        samples[count++] = random.nextBoolean() ? near : -near;
      }
    }
    while (count < FP32_COUNT) {
      samples[count++] = random.nextFloat(-1, 1);
    }
    return samples;
  }

  /** FP64 inputs, a third each uniform over bit patterns, near a threshold, and below 50. */
  public static double[] fp64() {
    SplittableRandom random = new SplittableRandom(1838);
    double[] samples = new double[FP64_COUNT];
    for (int i = 0; i < FP64_COUNT; i++) {
      samples[i] =
          switch (i % 3) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> nearThreshold(random);
            default -> random.nextDouble(-50, 50);
          };
    }
    return samples;
  }

  private static double nearThreshold(SplittableRandom random) {
    double threshold = THRESHOLDS[random.nextInt(THRESHOLDS.length)];
    double near = threshold + Math.scalb(random.nextDouble(-1, 1), -random.nextInt(52));
    return random.nextBoolean() ? near : -near;
  }
}
