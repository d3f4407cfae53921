package dev.verhulst.client.loss;

import java.util.Locale;

/** How the losses of the elements become one. */
public enum Reduction {
  MEAN,
  SUM,
  /** They do not: the loss has the shape of the logits. */
  NONE;

  /** The name as a request writes it, e.g. {@code mean}. */
  public String parameterValue() {
    return name().toLowerCase(Locale.ROOT);
  }
}
