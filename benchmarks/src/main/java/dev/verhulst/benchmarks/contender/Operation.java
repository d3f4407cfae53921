package dev.verhulst.benchmarks.contender;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a benchmark measures. */
public enum Operation {
  /** y = x: the speed of memory. */
  COPY("copy"),
  /** x = -x: the speed of memory that is read and written in place. */
  NEGATION_IN_PLACE("negation in place"),
  SIGMOID("sigmoid"),
  SIGMOID_IN_PLACE("sigmoid in place"),
  LOG_SIGMOID("log_sigmoid"),
  /** The mean binary cross-entropy with logits. */
  CROSS_ENTROPY("BCE"),
  /** The same, with its gradient. */
  CROSS_ENTROPY_AND_GRADIENT("BCE and gradient");

  private final String label;

  Operation(String label) {
    this.label = label;
  }

  /** How a table names it. */
  public String label() {
    return label;
  }

  /** How a command line names it, e.g. {@code log-sigmoid}. */
  public String argument() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether it measures memory alone, and no computation. */
  public boolean isMemoryOnly() {
    return this == COPY || this == NEGATION_IN_PLACE;
  }

  /** Whether it compares with targets. */
  public boolean isLoss() {
    return this == CROSS_ENTROPY || this == CROSS_ENTROPY_AND_GRADIENT;
  }

  /** Whether its result takes the place of its input. */
  public boolean isInPlace() {
    return this == NEGATION_IN_PLACE || this == SIGMOID_IN_PLACE;
  }

  /**
   * The operation that a command line names.
   *
   * @throws IllegalArgumentException where there is no such operation; the message names those
   *     there are
   */
  public static Operation ofArgument(String argument) {
    return Arrays.stream(values())
        .filter(operation -> operation.argument().equals(argument))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no operation '"
                        + argument
                        + "'; there are "
                        + Arrays.stream(values())
                            .map(Operation::argument)
                            .collect(Collectors.joining(", "))));
  }
}
