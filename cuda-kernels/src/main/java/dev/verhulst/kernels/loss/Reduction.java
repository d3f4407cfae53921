package dev.verhulst.kernels.loss;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the losses of the elements become one. */
public enum Reduction {
  MEAN,
  SUM,
  NONE;

  /** The name as a request writes it, e.g. {@code mean}. */
  public String parameterValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException where there is no such reduction; the message names those
   *     there are
   */
  public static Reduction of(String value) {
    return Arrays.stream(values())
        .filter(reduction -> reduction.parameterValue().equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "parameter 'reduction' of 'bce_with_logits' must be one of "
                        + Arrays.stream(values())
                            .map(Reduction::parameterValue)
                            .collect(Collectors.joining(", "))
                        + ", got '"
                        + value
                        + "'"));
  }
}
