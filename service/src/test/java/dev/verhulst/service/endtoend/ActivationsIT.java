package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.Parameter;
import dev.verhulst.kernels.reference.ReferenceValue;
import dev.verhulst.kernels.reference.ReferenceValues;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every activation in every type and encoding, over the client and a real socket, against the
 * reference values.
 */
@ExtendWith(SharedService.class)
class ActivationsIT {

  /** An exact power of two, so that a gradient is the derivative with another exponent. */
  private static final double GRAD_Y = -2;

  private static final String SOFTMAX = "softmax";

  private final VerhulstClient client;

  ActivationsIT(VerhulstClient client) {
    this.client = client;
  }

  /** Every name, with its aliases, and every set of parameters that the table has. */
  static Stream<ModelCase> cases() {
    return names()
        .flatMap(name -> groups(name).stream().flatMap(rows -> inEveryType(name, rows)))
        .flatMap(ActivationsIT::inEveryEncoding);
  }

  private static Stream<String> names() {
    return Activations.all().stream()
        .flatMap(
            descriptor ->
                Stream.concat(Stream.of(descriptor.name()), descriptor.aliases().stream()));
  }

  private static ActivationDescriptor descriptor(String name) {
    return Activations.find(name).orElseThrow();
  }

  /** The rows that one request can hold: of equal parameters, or of one row of softmax. */
  private static List<List<ReferenceValue>> groups(String name) {
    String function = descriptor(name).name();
    if (function.equals(SOFTMAX)) {
      return ReferenceValues.softmaxRows();
    }
    return List.copyOf(
        ReferenceValues.of(function).stream()
            .collect(
                Collectors.groupingBy(
                    row -> List.of(row.parameters(), row.inputs()),
                    LinkedHashMap::new,
                    Collectors.toList()))
            .values());
  }

  private static Stream<ModelCase> inEveryType(String name, List<ReferenceValue> rows) {
    return Stream.of(DataType.values())
        .map(type -> new ModelCase(name, type, Encoding.BINARY, exactRows(name, rows, type)))
        .filter(model -> !model.rows().isEmpty());
  }

  /** A row of softmax is exact as a whole or of no use. */
  private static List<ReferenceValue> exactRows(
      String name, List<ReferenceValue> rows, DataType dataType) {
    List<ReferenceValue> exact = rows.stream().filter(row -> row.isExactIn(dataType)).toList();
    return name.equals(SOFTMAX) && exact.size() < rows.size() ? List.of() : exact;
  }

  private static Stream<ModelCase> inEveryEncoding(ModelCase model) {
    return Stream.of(Encoding.values())
        .filter(encoding -> encoding != Encoding.RAW || fitsRaw(model))
        .map(encoding -> new ModelCase(model.model(), model.dataType(), encoding, model.rows()));
  }

  /** A raw request says nothing: one input of one dimension, in FP32, and no parameters. */
  private static boolean fitsRaw(ModelCase model) {
    ReferenceValue row = model.rows().get(0);
    Map<String, Object> defaults = new LinkedHashMap<>();
    for (Parameter parameter : descriptor(model.model()).parameters()) {
      defaults.put(parameter.name(), asFp32(parameter.defaultValue()));
    }
    return model.dataType() == DataType.FP32
        && row.inputs().isEmpty()
        && !model.model().equals(SOFTMAX)
        && row.parameters().entrySet().stream()
            .allMatch(given -> asFp32(given.getValue()).equals(defaults.get(given.getKey())));
  }

  /** A parameter as a kernel of FP32 sees it. */
  private static Object asFp32(@Nullable Object value) {
    return value instanceof Double number ? (Object) number.floatValue() : String.valueOf(value);
  }

  @Test
  void everyActivationHasCasesInEveryTypeAndEncoding() {
    Map<String, Long> byName =
        cases().collect(Collectors.groupingBy(ModelCase::model, Collectors.counting()));
    assertThat(byName.keySet()).containsExactlyInAnyOrderElementsOf(names().toList());
    assertThat(byName.values()).allMatch(count -> count >= 8);
    assertThat(
            cases()
                .filter(model -> model.encoding() == Encoding.RAW)
                .map(ModelCase::model)
                .distinct())
        .as("all but prelu, which has two inputs, and softmax, which has two dimensions")
        .hasSize(byName.size() - 2);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheReferenceValues(ModelCase model) {
    if (model.encoding() == Encoding.RAW) {
      Tensor y = client.infer(request(model).build()).output("y");
      model.check(y, ReferenceValue::exactY, Tolerance.VALUE);
      return;
    }
    InferenceResponse forward = client.infer(request(model).output("y").output("dy_dx").build());
    model.check(forward.output("y"), ReferenceValue::exactY, Tolerance.VALUE);
    model.check(forward.output("dy_dx"), ReferenceValue::exactDyDx, Tolerance.DERIVATIVE);
    assertThat(forward.outputs().keySet()).containsExactly("y", "dy_dx");

    boolean isSoftmax = model.model().equals(SOFTMAX);
    double[] gradient = new double[model.rows().size()];
    // A gradient that is the same for a whole row vanishes in softmax: there only the first counts.
    Arrays.fill(gradient, 0, isSoftmax ? 1 : gradient.length, GRAD_Y);
    InferenceResponse backward =
        client.infer(
            request(model)
                .input("grad_y", Tensors.of(model.dataType(), gradient, shape(model)))
                .output("grad_x")
                .build());
    model.check(
        backward.output(),
        row -> {
          ReferenceValue first = model.rows().get(0);
          BigDecimal derivative =
              isSoftmax && row != first
                  ? row.exactY().multiply(first.exactY()).negate()
                  : row.exactDyDx();
          return derivative.multiply(BigDecimal.valueOf(GRAD_Y));
        },
        Tolerance.DERIVATIVE.scaled(Math.abs(GRAD_Y)));
  }

  private static long[] shape(ModelCase model) {
    return model.model().equals(SOFTMAX)
        ? new long[] {model.rows().size()}
        : new long[] {model.rows().size(), 1};
  }

  private static InferenceRequest.Builder request(ModelCase model) {
    boolean raw = model.encoding() == Encoding.RAW;
    ReferenceValue first = model.rows().get(0);
    InferenceRequest.Builder request =
        InferenceRequest.builder(model.model())
            .encoding(model.encoding())
            .input(
                "x", Tensors.of(model.dataType(), model.rows(), ReferenceValue::x, shape(model)));
    if (!raw) {
      request.parameters(first.parameters());
    }
    first
        .inputs()
        .forEach(
            (name, value) ->
                request.input(name, Tensors.of(model.dataType(), new double[] {value})));
    return request;
  }
}
