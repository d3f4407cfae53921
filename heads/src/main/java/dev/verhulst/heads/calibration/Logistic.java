package dev.verhulst.heads.calibration;

/** The logistic sigmoid and its loss in double, without overflow or cancellation. */
final class Logistic {

  private Logistic() {}

  /** σ(z). */
  static double sigmoid(double z) {
    double e = Math.exp(-Math.abs(z));
    return (z >= 0 ? 1 : e) / (1 + e);
  }

  /** The cross-entropy of a logit for a target in [0, 1]. */
  static double loss(double z, double target) {
    double softplus = Math.log1p(Math.exp(-Math.abs(z)));
    return Math.max(z, 0) - target * z + softplus;
  }
}
