package dev.verhulst.kernels.cuda.kernel;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An element-wise activation with values of its parameters, as its kernels are to be called.
 *
 * @param descriptor the activation
 * @param given the values of its parameters, where they are not the defaults
 */
record ElementwiseFunction(ActivationDescriptor descriptor, Map<String, Object> given) {

  /** Values to try beside the defaults. */
  private static final Map<String, List<Map<String, Object>>> MORE =
      Map.of(
          "elu", List.of(Map.of("alpha", 1.75)),
          "gelu", List.of(Map.of("approximate", "tanh")),
          "hard_sigmoid", List.of(Map.of("alpha", 1 / 6.0, "beta", 0.5)),
          "leaky_relu", List.of(Map.of("alpha", -0.3)),
          "logit", List.of(Map.of("eps", 1e-3)),
          "silu", List.of(Map.of("beta", 1.7), Map.of("beta", -0.3)));

  /** Every element-wise activation, with its default parameters and with others. */
  static Stream<ElementwiseFunction> all() {
    return Activations.all().stream()
        .filter(descriptor -> descriptor.create(Map.of()) instanceof ElementwiseActivation)
        .flatMap(
            descriptor ->
                Stream.concat(
                        Stream.of(Map.<String, Object>of()),
                        MORE.getOrDefault(descriptor.name(), List.of()).stream())
                    .map(given -> new ElementwiseFunction(descriptor, given)));
  }

  String module() {
    return descriptor.name();
  }

  /** The kernel's name, e.g. {@code gelu_tanh_backward_bf16}. */
  String entry(String pass, DataType dataType) {
    StringBuilder function = new StringBuilder(descriptor.name());
    given.values().stream()
        .filter(String.class::isInstance)
        .forEach(choice -> function.append('_').append(choice));
    return function + "_" + pass + "_" + NumberFormat.of(dataType).entryPart();
  }

  /**
   * The definition, with the parameters that the kernel sees: numbers of the type it computes in.
   */
  ElementwiseActivation definition(DataType dataType) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Parameter parameter : descriptor.parameters()) {
      Object value = value(parameter);
      if (value != null) {
        values.put(parameter.name(), rounded(value, dataType));
      }
    }
    Activation activation = descriptor.create(values);
    return (ElementwiseActivation) activation;
  }

  /** What the kernel takes after its pointers and the number of elements. */
  List<Object> numbers(DataType dataType) {
    List<Object> numbers = new ArrayList<>();
    for (Parameter parameter : descriptor.parameters()) {
      Object value = value(parameter);
      if (!(value instanceof String)) {
        double number = value == null ? -1 : (Double) value;
        numbers.add(dataType == DataType.FP64 ? (Object) number : (Object) (float) number);
      }
    }
    return numbers;
  }

  private @Nullable Object value(Parameter parameter) {
    return given.containsKey(parameter.name())
        ? given.get(parameter.name())
        : parameter.defaultValue();
  }

  private static Object rounded(Object value, DataType dataType) {
    return value instanceof Double number && dataType != DataType.FP64
        ? (Object) (double) number.floatValue()
        : value;
  }

  @Override
  public String toString() {
    return descriptor.name() + (given.isEmpty() ? "" : given.toString());
  }
}
