package dev.verhulst.benchmarks.contender;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.LogSigmoid;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * Holds what a contender computed against the definitions in double, so that nothing is timed that
 * does not do the work. The tolerance leaves room for a peer's less accurate graph.
 */
public final class ResultCheck {

  /** How many elements are checked at the start and at the end. */
  private static final int CHECKED = 2048;

  /**
   * How far a loss may be off, over so many elements that peers which add up in FP32 lose digits:
   * some ten thousandths were seen at 16 Mi. A wrong formula is off by more.
   */
  private static final double LARGE_LOSS_TOLERANCE = 0.05;

  private static final long LARGE_LOSS = 1 << 22;

  private final Operation operation;
  private final Operands operands;

  /**
   * @param operation what was computed, once, on freshly made operands
   */
  public ResultCheck(Operation operation, Operands operands) {
    this.operation = operation;
    this.operands = operands;
  }

  /**
   * Checks the results that the operation has.
   *
   * @throws IllegalStateException where a result is wrong; the message says which
   */
  public void run() {
    switch (operation) {
      case COPY, NEGATION_IN_PLACE, SIGMOID, SIGMOID_IN_PLACE, LOG_SIGMOID -> checkElements();
      case CROSS_ENTROPY -> checkLoss();
      case CROSS_ENTROPY_AND_GRADIENT -> {
        checkLoss();
        checkElements();
      }
    }
  }

  private void checkElements() {
    long elements = operands.elements();
    LongStream.concat(
            LongStream.range(0, Math.min(CHECKED, elements)),
            LongStream.range(Math.max(0, elements - CHECKED), elements))
        .forEach(
            i -> {
              double scale = operation == Operation.CROSS_ENTROPY_AND_GRADIENT ? 1.0 / elements : 1;
              double result = Elements.get(operands.y(), operands.dataType(), i);
              check("element " + i, result, expected(i), scale);
            });
  }

  private void checkLoss() {
    long elements = operands.elements();
    double sum = 0;
    for (long i = 0; i < Math.min(Operands.PERIOD, elements); i++) {
      long repetitions = (elements - i + Operands.PERIOD - 1) / Operands.PERIOD;
      double loss = BinaryCrossEntropyWithLogits.loss(operands.logit(i), operands.target(i), 1, 1);
      sum += repetitions * loss;
    }
    check(
        "the loss",
        Elements.get(operands.loss(), operands.dataType(), 0),
        sum / elements,
        elements < LARGE_LOSS ? 1 : LARGE_LOSS_TOLERANCE / tolerance(operands.dataType()));
  }

  private double expected(long i) {
    double logit = operands.logit(i);
    return switch (operation) {
      case COPY -> logit;
      case NEGATION_IN_PLACE -> -logit;
      case SIGMOID, SIGMOID_IN_PLACE -> new Sigmoid().value(logit);
      case LOG_SIGMOID -> new LogSigmoid().value(logit);
      case CROSS_ENTROPY, CROSS_ENTROPY_AND_GRADIENT ->
          BinaryCrossEntropyWithLogits.gradient(logit, operands.target(i), 1, 1)
              / operands.elements();
    };
  }

  private void check(String what, double result, double expected, double scale) {
    DataType dataType = operands.dataType();
    double tolerance =
        tolerance(dataType) * Math.max(scale, Math.abs(expected)) + smallestStep(dataType);
    // Written so that NaN fails.
    if (!(Math.abs(result - expected) <= tolerance)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s of %s %s over %d elements is %s, expected %s",
              what,
              operation.label(),
              dataType,
              operands.elements(),
              result,
              expected));
    }
  }

  private static double tolerance(DataType dataType) {
    return switch (dataType) {
      case FP16 -> 2e-3;
      case BF16 -> 1e-2;
      case FP32 -> 1e-4;
      case FP64 -> 1e-12;
    };
  }

  /** The distance of the smallest numbers: the gradient of a large FP16 tensor falls below it. */
  private static double smallestStep(DataType dataType) {
    return switch (dataType) {
      case FP16 -> 0x1p-24;
      case BF16, FP32, FP64 -> 0;
    };
  }
}
