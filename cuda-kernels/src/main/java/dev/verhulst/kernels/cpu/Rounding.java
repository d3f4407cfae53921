package dev.verhulst.kernels.cpu;

/** What rounding takes from a sum in double. */
final class Rounding {

  private Rounding() {}

  /**
   * The exact sum of two numbers, less their rounded one (Knuth's 2Sum); 0 where that is infinite
   * or NaN.
   *
   * @param sum {@code one + other}
   */
  static double lost(double one, double other, double sum) {
    if (!Double.isFinite(sum)) {
      return 0;
    }
    double rounded = sum - one;
    return (one - (sum - rounded)) + (other - rounded);
  }
}
