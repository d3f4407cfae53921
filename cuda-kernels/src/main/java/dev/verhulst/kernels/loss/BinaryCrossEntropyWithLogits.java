package dev.verhulst.kernels.loss;

/**
 * The binary cross-entropy of logits: {@code w t softplus(-z) + (1 - t) softplus(z)}, times the
 * element's weight, for logit z, target t in [0, 1] and positive weight w. The gradient with
 * respect to z is {@code (1 - t) σ(z) - w t σ(-z)}, times the weight.
 *
 * @param reduction how the losses of the elements become one
 */
public record BinaryCrossEntropyWithLogits(Reduction reduction) {

  /** The name under which the service offers the loss. */
  public static final String NAME = "bce_with_logits";

  /** The loss of one element, in double: the definition that the kernels are held to. */
  public static double loss(double logit, double target, double weight, double posWeight) {
    return weight * (posWeight * target * softplus(-logit) + (1 - target) * softplus(logit));
  }

  /** The derivative of {@link #loss} with respect to the logit. */
  public static double gradient(double logit, double target, double weight, double posWeight) {
    return weight * ((1 - target) * sigmoid(logit) - posWeight * target * sigmoid(-logit));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }
}
