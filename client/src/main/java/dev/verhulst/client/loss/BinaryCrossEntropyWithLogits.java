package dev.verhulst.client.loss;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The binary cross-entropy of logits z and targets t in [0, 1]: {@code w t softplus(-z) + (1 - t)
 * softplus(z)} with a positive weight w per label, times the element's weight. All tensors have one
 * datatype.
 *
 * @param logits the logits, of any shape
 * @param target the targets, of the logits' shape
 * @param weight a weight per element, of the logits' shape; null for 1
 * @param posWeight a weight w per label, the last dimension; null for 1
 * @param reduction how the losses become one
 * @param gradient whether to compute the gradient with respect to the logits in the same pass
 */
public record BinaryCrossEntropyWithLogits(
    Tensor logits,
    Tensor target,
    @Nullable Tensor weight,
    @Nullable Tensor posWeight,
    Reduction reduction,
    boolean gradient) {

  private static final String MODEL = "bce_with_logits";
  private static final String LOSS = "loss";
  private static final String GRADIENT = "grad_logits";

  /** The mean loss, without weights and gradient. */
  public static BinaryCrossEntropyWithLogits of(Tensor logits, Tensor target) {
    return new BinaryCrossEntropyWithLogits(logits, target, null, null, Reduction.MEAN, false);
  }

  /** The mean loss in FP32, without weights and gradient. */
  public static BinaryCrossEntropyWithLogits of(float[] logits, float[] target) {
    return of(Tensor.of(logits), Tensor.of(target));
  }

  /** The mean loss in FP64, without weights and gradient. */
  public static BinaryCrossEntropyWithLogits of(double[] logits, double[] target) {
    return of(Tensor.of(logits), Tensor.of(target));
  }

  public BinaryCrossEntropyWithLogits withWeight(Tensor weight) {
    return new BinaryCrossEntropyWithLogits(logits, target, weight, posWeight, reduction, gradient);
  }

  public BinaryCrossEntropyWithLogits withPosWeight(Tensor posWeight) {
    return new BinaryCrossEntropyWithLogits(logits, target, weight, posWeight, reduction, gradient);
  }

  public BinaryCrossEntropyWithLogits withReduction(Reduction reduction) {
    return new BinaryCrossEntropyWithLogits(logits, target, weight, posWeight, reduction, gradient);
  }

  public BinaryCrossEntropyWithLogits withGradient() {
    return new BinaryCrossEntropyWithLogits(logits, target, weight, posWeight, reduction, true);
  }

  /** What is asked of the server. */
  public InferenceRequest toRequest() {
    InferenceRequest.Builder request =
        InferenceRequest.builder(MODEL)
            .parameter("reduction", reduction.parameterValue())
            .input("logits", logits)
            .input("target", target)
            .directOutputs(logits.bytes().isDirect());
    if (weight != null) {
      request.input("weight", weight);
    }
    if (posWeight != null) {
      request.input("pos_weight", posWeight);
    }
    request.output(LOSS);
    return (gradient ? request.output(GRADIENT) : request).build();
  }

  /** What the server's answer says. */
  public LossResult toResult(InferenceResponse response) {
    return new LossResult(response.output(LOSS), gradient ? response.output(GRADIENT) : null);
  }
}
