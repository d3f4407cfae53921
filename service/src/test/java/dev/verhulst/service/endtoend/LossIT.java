package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.client.loss.LossResult;
import dev.verhulst.client.loss.Reduction;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.reference.ReferenceValue;
import dev.verhulst.kernels.reference.ReferenceValues;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loss in every type and encoding, against the reference values. */
@ExtendWith(SharedService.class)
class LossIT {

  private static final String MODEL = "bce_with_logits";

  private final VerhulstClient client;

  LossIT(VerhulstClient client) {
    this.client = client;
  }

  /** One case per positive weight, which a request has per label. */
  static Stream<ModelCase> cases() {
    return ReferenceValues.of(MODEL).stream()
        .collect(
            Collectors.groupingBy(
                row -> row.input("pos_weight", 1), LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .flatMap(
            rows ->
                Stream.of(DataType.values())
                    .flatMap(
                        dataType ->
                            Stream.of(Encoding.BINARY, Encoding.JSON)
                                .map(
                                    encoding ->
                                        new ModelCase(
                                            MODEL, dataType, encoding, exact(rows, dataType)))))
        .filter(model -> !model.rows().isEmpty());
  }

  private static List<ReferenceValue> exact(List<ReferenceValue> rows, DataType dataType) {
    return rows.stream().filter(row -> row.isExactIn(dataType)).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheReferenceValues(ModelCase model) {
    LossResult result = infer(model, Reduction.NONE);
    model.check(result.loss(), ReferenceValue::exactY, Tolerance.LOSS);
    model.check(result.gradient(), ReferenceValue::exactDyDx, Tolerance.DERIVATIVE.scaled(4));
    assertThat(result.loss().shape()).containsExactly(model.rows().size(), 1);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void sumsAndMeansAgreeWithTheReferenceValues(ModelCase model) {
    List<ReferenceValue> moderate =
        model.rows().stream().filter(row -> Math.abs(row.x()) < 100).toList();
    ModelCase summed = new ModelCase(MODEL, model.dataType(), model.encoding(), moderate);
    BigDecimal sum =
        moderate.stream().map(ReferenceValue::exactY).reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal count = BigDecimal.valueOf(moderate.size());
    Tolerance tolerance = new Tolerance(16, 0);

    double total = infer(summed, Reduction.SUM).value();
    assertThat(tolerance.accepts(model.dataType(), total, sum))
        .as("sum: expected %s, got %s", sum, total)
        .isTrue();

    LossResult mean = infer(summed, Reduction.MEAN);
    BigDecimal expected = sum.divide(count, MathContext.DECIMAL128);
    assertThat(tolerance.accepts(model.dataType(), mean.value(), expected))
        .as("mean: expected %s, got %s", expected, mean.value())
        .isTrue();
    summed.check(
        mean.gradient(),
        row -> row.exactDyDx().divide(count, MathContext.DECIMAL128),
        Tolerance.DERIVATIVE);
  }

  private LossResult infer(ModelCase model, Reduction reduction) {
    DataType dataType = model.dataType();
    List<ReferenceValue> rows = model.rows();
    long[] shape = {rows.size(), 1};
    Tensor logits = Tensors.of(dataType, rows, ReferenceValue::x, shape);
    Tensor target = Tensors.of(dataType, rows, row -> row.input("target", 0), shape);
    Tensor weight = Tensors.of(dataType, rows, row -> row.input("weight", 1), shape);
    double posWeight = rows.get(0).input("pos_weight", 1);
    BinaryCrossEntropyWithLogits loss =
        BinaryCrossEntropyWithLogits.of(logits, target).withReduction(reduction).withGradient();
    boolean weighted = Arrays.stream(weight.toDoubles()).anyMatch(value -> value != 1);
    if (weighted) {
      loss = loss.withWeight(weight);
    }
    if (posWeight != 1) {
      loss = loss.withPosWeight(Tensors.of(dataType, new double[] {posWeight}));
    }
    return client.withEncoding(model.encoding()).binaryCrossEntropyWithLogits(loss);
  }
}
