package dev.verhulst.kernels.activation;

import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values that a caller gave for an activation's parameters, checked for their names and types.
 */
public final class ParameterValues {

  private final ActivationDescriptor descriptor;
  private final Map<String, ?> values;

  ParameterValues(ActivationDescriptor descriptor, Map<String, ?> values) {
    this.descriptor = descriptor;
    this.values = values;
    for (String name : values.keySet()) {
      if (descriptor.parameters().stream().noneMatch(parameter -> parameter.name().equals(name))) {
        throw new IllegalArgumentException(
            "unknown parameter '"
                + name
                + "' for model '"
                + descriptor.name()
                + "'; it takes "
                + known());
      }
    }
  }

  /** A finite number; the parameter's default where the caller gave none. */
  public double number(String name) {
    Double number = optionalNumber(name);
    if (number == null) {
      throw new IllegalStateException("this is a bug: parameter '" + name + "' has no default");
    }
    return number;
  }

  /** A finite number, or null where neither the caller nor the default gives one. */
  public @Nullable Double optionalNumber(String name) {
    Object value = value(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
      throw invalid(name, "a finite number", value);
    }
    return number.doubleValue();
  }

  /** A string; the parameter's default where the caller gave none. */
  public String text(String name) {
    Object value = value(name);
    if (!(value instanceof String text)) {
      throw invalid(name, "a string", value);
    }
    return text;
  }

  private @Nullable Object value(String name) {
    Object given = values.get(name);
    return given != null ? given : parameter(name).defaultValue();
  }

  private Parameter parameter(String name) {
    return descriptor.parameters().stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this is a bug: no parameter '" + name + "' is declared"));
  }

  private IllegalArgumentException invalid(String name, String expected, @Nullable Object value) {
    return new IllegalArgumentException(
        "parameter '"
            + name
            + "' of '"
            + descriptor.name()
            + "' must be "
            + expected
            + ", got '"
            + value
            + "'");
  }

  private String known() {
    return descriptor.parameters().isEmpty()
        ? "no parameters"
        : descriptor.parameters().stream().map(Parameter::name).collect(Collectors.joining(", "));
  }
}
