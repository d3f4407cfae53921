package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.reference.ReferenceValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;

/**
 * A model with parameters, a type, an encoding, and the reference values that go with them.
 *
 * @param rows at least one row, each exact in the type, with the same parameters
 */
record ModelCase(String model, DataType dataType, Encoding encoding, List<ReferenceValue> rows) {

  /** Holds every element of a result to its exact value. */
  void check(Tensor result, Function<ReferenceValue, BigDecimal> exact, Tolerance tolerance) {
    assertThat(result.datatype().name()).isEqualTo(dataType.name());
    double[] values = result.toDoubles();
    assertThat(values).hasSize(rows.size());
    for (int i = 0; i < values.length; i++) {
      BigDecimal expected = exact.apply(rows.get(i));
      assertThat(tolerance.accepts(dataType, values[i], expected))
          .as("%s in %s: expected %s, got %s", rows.get(i), dataType, expected, values[i])
          .isTrue();
    }
  }

  @Override
  public String toString() {
    ReferenceValue first = rows.get(0);
    return model + first.parameters() + " " + dataType + " " + encoding + ", " + rows.size();
  }
}
