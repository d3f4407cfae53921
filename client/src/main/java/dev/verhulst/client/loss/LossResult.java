package dev.verhulst.client.loss;

import dev.verhulst.client.inference.Tensor;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A loss and its gradient.
 *
 * @param loss one element, or with {@link Reduction#NONE} one per logit
 * @param gradLogits the gradient with respect to the logits; null where it was not asked for
 */
public record LossResult(Tensor loss, @Nullable Tensor gradLogits) {

  /**
   * The loss as a number.
   *
   * @throws NoSuchElementException where there is not exactly one
   */
  public double value() {
    if (loss.elements() != 1) {
      throw new NoSuchElementException(
          "the loss is not reduced to one number, but has " + loss.elements());
    }
    return loss.toDoubles()[0];
  }

  /**
   * The gradient with respect to the logits.
   *
   * @throws NoSuchElementException where it was not asked for
   */
  public Tensor gradient() {
    if (gradLogits == null) {
      throw new NoSuchElementException("there is no gradient: ask for it by withGradient()");
    }
    return gradLogits;
  }
}
