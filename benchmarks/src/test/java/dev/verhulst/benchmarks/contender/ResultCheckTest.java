package dev.verhulst.benchmarks.contender;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.DataType;
import org.junit.jupiter.api.Test;

class ResultCheckTest {

  private static final int ELEMENTS = 100;

  @Test
  void aWrongElementIsNamed() {
    try (Operands operands = copied()) {
      Elements.set(operands.y(), DataType.FP32, ELEMENTS - 1, 99);

      assertThatThrownBy(new ResultCheck(Operation.COPY, operands)::run)
          .hasMessageContaining("element 99 of copy FP32 over 100 elements is 99.0, expected ");
    }
  }

  @Test
  void aNaNIsWrong() {
    try (Operands operands = copied()) {
      Elements.set(operands.y(), DataType.FP32, 3, Float.NaN);

      assertThatThrownBy(new ResultCheck(Operation.COPY, operands)::run)
          .hasMessageContaining("element 3 of copy FP32 over 100 elements is NaN");
    }
  }

  @Test
  void aWrongLossIsNamed() {
    try (Operands operands = new Operands(Operation.CROSS_ENTROPY, DataType.FP32, ELEMENTS)) {
      assertThatThrownBy(new ResultCheck(Operation.CROSS_ENTROPY, operands)::run)
          .hasMessageContaining("the loss of BCE FP32 over 100 elements is 0.0, expected ");
    }
  }

  private static Operands copied() {
    Operands operands = new Operands(Operation.COPY, DataType.FP32, ELEMENTS);
    operands.y().copyFrom(operands.x());
    new ResultCheck(Operation.COPY, operands).run();
    return operands;
  }
}
