package dev.verhulst.kernels.activation;

import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/**
 * The standard normal distribution, in double, to its last tail: what rounding takes from x/√2 and
 * from x² is put back, because in the tail it would grow to 1e-13 of the result.
 */
final class Normal {

  private static final double SQRT_HALF = 0x1.6a09e667f3bcdp-1;
  private static final double SQRT_HALF_LOW = -0x1.bdd3413b26456p-55;

  /** Below it e^(-x²/2) is near the subnormals or in them. */
  static final double TAIL = -30;

  private Normal() {}

  /** x Φ(x) for x below {@link #TAIL}, which need not be subnormal where Φ(x) is. */
  static double tailMoment(double x) {
    if (x < -1000) {
      return -0.0;
    }
    double square = x * x;
    double lost = Math.fma(x, x, -square);
    double root = Math.exp(-0.25 * square);
    return 0.5 * x * Erfcx.value(-x * SQRT_HALF) * root * root * (1 - 0.5 * lost);
  }

  /** Φ(x), the probability of a number below x. */
  static double cumulative(double x) {
    double t = -x * SQRT_HALF;
    if (!(Math.abs(t) < 30)) {
      return 0.5 * Erfc.value(t);
    }
    double lost = Math.fma(-x, SQRT_HALF, -t) - x * SQRT_HALF_LOW;
    return 0.5 * (Erfc.value(t) - lost * 2 / Math.sqrt(Math.PI) * Math.exp(-t * t));
  }

  /** The density at x, e^(-x²/2) / √(2π). */
  static double density(double x) {
    double square = x * x;
    double lost = square < Double.MAX_VALUE ? Math.fma(x, x, -square) : 0;
    return Math.exp(-0.5 * square) * (1 - 0.5 * lost) / Math.sqrt(2 * Math.PI);
  }
}
