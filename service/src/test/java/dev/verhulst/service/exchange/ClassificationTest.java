package dev.verhulst.service.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.service.model.PlannedOutput;
import dev.verhulst.service.model.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassificationTest {

  @ParameterizedTest
  @CsvSource({
    "0.98201376, 0.982014",
    "1, 1.000000",
    "0, 0.000000",
    "-0.0, -0.000000",
    "-1e-9, -0.000000",
    "0.0000005, 0.000000",
    "0.0000015, 0.000002",
    "123456.7890625, 123456.789062",
    "1e20, 100000000000000000000.000000",
    "NaN, nan",
    "Infinity, inf",
    "-Infinity, -inf"
  })
  void writesValuesAsTritonDoes(double value, String expected) {
    assertThat(Classification.text(value)).isEqualTo(expected);
  }

  @Test
  void answersEachBatchItemWithNoMoreClassesThanItHas() {
    assertThat(shape(2, 5)).hasToString("[2]");
    assertThat(shape(9, 5)).hasToString("[5]");
    assertThat(shape(2, 3, 4)).hasToString("[3,2]");
    assertThat(shape(9, 3, 4)).hasToString("[3,4]");
    assertThat(shape(9, 3, 2, 2)).hasToString("[3,4]");
    assertThat(shape(2)).hasToString("[1]");
    assertThat(shape(2, 0)).hasToString("[0]");
    assertThat(shape(2, 0, 4)).hasToString("[0,2]");
    assertThat(shape(2, 0, 1L << 40, 1L << 40)).hasToString("[0,2]");
    assertThat(shape(2, 0, 1L << 40, 1L << 40, 0)).hasToString("[0,0]");
    assertThat(shape(2, 4, 0)).hasToString("[4,0]");
  }

  private static Shape shape(int classes, long... computed) {
    return Classification.shape(
        new PlannedOutput(
            "y", Datatype.FP32, Shape.of(computed), 0, true, classes, List.of(), null));
  }
}
