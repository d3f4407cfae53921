package dev.verhulst.kernels.activation;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the catalogue says of an activation.
 *
 * @param name the name under which the service offers it
 * @param aliases other names for it
 * @param parameters its parameters, with their defaults
 * @param factory makes the activation from values that {@link ParameterValues} has checked
 */
public record ActivationDescriptor(
    String name,
    List<String> aliases,
    List<Parameter> parameters,
    Function<ParameterValues, Activation> factory) {

  /**
   * Makes the activation.
   *
   * @param values the values that a caller gave, by parameter name: numbers, strings and booleans
   * @throws IllegalArgumentException where a name is unknown or a value is not valid; the message
   *     says which and what is expected
   */
  public Activation create(Map<String, ?> values) {
    return factory.apply(new ParameterValues(this, values));
  }
}
