package dev.verhulst.kernels.activation;

/**
 * The approximation of GELU by tanh, {@code x σ(u)} with {@code u = 2 √(2/π) (x + 0.044715 x³)}, in
 * double. In the tail σ(u) = e^u, where an error of u counts |u| times; so u is a sum of two
 * doubles.
 */
final class GeluTanh {

  /** 2 √(2/π), and what the double loses of it. */
  private static final double LINEAR = 0x1.9884533d43651p+0;

  private static final double LINEAR_LOW = -0x1.cbc0d30ebfd15p-54;

  /** 2 √(2/π) 0.044715, and what the double loses of it. */
  private static final double CUBIC = 0x1.2444f2a4d8b4bp-4;

  private static final double CUBIC_LOW = -0x1.6c843a29d1c70p-61;

  /** Beyond it the function is x, or 0, in every type. */
  private static final double FLAT = 30;

  /** Below it σ(u) is subnormal. */
  private static final double LAST_NORMAL = -708;

  private GeluTanh() {}

  static double value(double x) {
    if (x < -FLAT) {
      return -0.0;
    }
    double[] u = argument(Math.min(x, FLAT));
    if (u[0] < LAST_NORMAL) {
      double root = Math.exp(0.5 * u[0]);
      return x * root * root * (1 + u[1]);
    }
    return x * sigmoid(u[0], u[1]);
  }

  static double derivative(double x) {
    double[] u = argument(Math.clamp(x, -FLAT, FLAT));
    double s = sigmoid(u[0], u[1]);
    double slope = s * sigmoid(-u[0], -u[1]);
    return s + (slope == 0 ? 0 : x * slope * (LINEAR + 3 * CUBIC * x * x));
  }

  private static double sigmoid(double u, double low) {
    double s = new Sigmoid().value(u);
    return s * (1 + low * (1 - s));
  }

  /** u, and what the double loses of it. */
  private static double[] argument(double x) {
    double square = x * x;
    double squareLow = Math.fma(x, x, -square);
    double cubic = CUBIC * square;
    double cubicLow = Math.fma(CUBIC, square, -cubic) + CUBIC * squareLow + CUBIC_LOW * square;
    double factor = LINEAR + cubic;
    double larger = Math.max(LINEAR, cubic);
    double factorLow = Math.min(LINEAR, cubic) - (factor - larger) + cubicLow + LINEAR_LOW;
    double u = x * factor;
    return new double[] {u, Math.fma(x, factor, -u) + x * factorLow};
  }
}
