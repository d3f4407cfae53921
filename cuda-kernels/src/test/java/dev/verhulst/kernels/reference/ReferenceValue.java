package dev.verhulst.kernels.reference;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.Activations;
import java.math.BigDecimal;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * One row of the table of reference values: a function's value and derivative at one input, to 25
 * digits.
 *
 * @param function the name under which the service offers it
 * @param parameters its parameters as a request writes them, where they are not the defaults: a
 *     {@link Double} or a {@link String} by name
 * @param inputs what it reads beside x, by name: the {@code slope} of a PReLU; the {@code target},
 *     {@code pos_weight} and {@code weight} of the loss
 * @param x the input
 * @param exactY the value, or the loss
 * @param exactDyDx the derivative of the value with respect to x
 */
public record ReferenceValue(
    String function,
    Map<String, Object> parameters,
    Map<String, Double> inputs,
    double x,
    BigDecimal exactY,
    BigDecimal exactDyDx) {

  /** The value, rounded to double. */
  public double y() {
    return exactY.doubleValue();
  }

  /** The derivative, rounded to double. */
  public double dyDx() {
    return exactDyDx.doubleValue();
  }

  /** The further input of that name, or what it is where a request gives none. */
  public double input(String name, double defaultValue) {
    return inputs.getOrDefault(name, defaultValue);
  }

  /** The activation, with its parameters. */
  public Activation activation() {
    return Activations.find(function)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the reference values have '" + function + "', which is no activation"))
        .create(parameters);
  }

  /**
   * Whether every number that goes in is exact in a type, so that a kernel of that type is to give
   * {@link #exactY}. Parameters are numbers of the type that the kernel computes in.
   */
  public boolean isExactIn(DataType dataType) {
    DataType computedIn = dataType == DataType.FP64 ? DataType.FP64 : DataType.FP32;
    return DoubleStream.concat(
                DoubleStream.of(x), inputs.values().stream().mapToDouble(Double::doubleValue))
            .allMatch(number -> isExact(number, dataType))
        && parameters.values().stream()
            .allMatch(value -> !(value instanceof Double number) || isExact(number, computedIn));
  }

  private static boolean isExact(double number, DataType dataType) {
    float single = (float) number;
    return switch (dataType) {
      case FP64 -> true;
      case FP32 -> single == number;
      case BF16 -> single == number && (Float.floatToRawIntBits(single) & 0xffff) == 0;
      case FP16 -> Float.float16ToFloat(Float.floatToFloat16(single)) == number;
    };
  }

  @Override
  public String toString() {
    return function + parameters + (inputs.isEmpty() ? "" : inputs) + "(" + x + ")";
  }
}
