package dev.verhulst.kernels.cuda.kernel;

import java.util.Random;

/** Numbers to try kernels with: every kind that a type has, and the ends of its ranges. */
final class Inputs {

  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    3,
    -3,
    2.5,
    -2.5,
    0x1p-149,
    -0x1p-149,
    0x1p-1074,
    0x1.8p-127,
    -0x1.8p-127,
    17.5,
    -17.5,
    -87.4,
    88.8,
    -100,
    -103.9,
    104.1,
    -745,
    710,
    65504,
    -65504,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };

  private Inputs() {}

  /**
   * Numbers over the whole range of a type, most of them where activations bend.
   *
   * @param count how many
   * @param format what they are rounded to
   */
  static double[] numbers(int count, NumberFormat format, Random random) {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      int kind = random.nextInt(16);
      double number =
          switch (kind) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1, 2, 3 -> random.nextDouble();
            case 4, 5 -> 100 * random.nextGaussian();
            case 6 -> random.nextGaussian() * Math.scalb(1.0, random.nextInt(250) - 125);
            case 7 -> 1 - random.nextDouble() * 0x1p-10;
            case 8 -> random.nextDouble() * 0x1p-12;
            default -> 4 * random.nextGaussian();
          };
      numbers[i] = format.nearest(number);
    }
    return numbers;
  }

  /** Gradients: finite numbers of ordinary size. */
  static double[] gradients(int count, NumberFormat format, Random random) {
    double[] gradients = new double[count];
    for (int i = 0; i < count; i++) {
      gradients[i] = format.nearest(4 * random.nextDouble() - 2);
    }
    return gradients;
  }
}
