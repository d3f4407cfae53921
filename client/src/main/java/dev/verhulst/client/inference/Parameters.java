package dev.verhulst.client.inference;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The values that the protocol allows for parameters: strings, booleans and numbers. For the
 * client's own use.
 */
public final class Parameters {

  private Parameters() {}

  static Map<String, Object> copyOf(Map<String, Object> parameters) {
    Map<String, Object> copy = new LinkedHashMap<>();
    parameters.forEach((name, value) -> copy.put(name, check(name, value)));
    return Collections.unmodifiableMap(copy);
  }

  /**
   * The value, narrowed to String, Boolean, Long or Double.
   *
   * @throws IllegalArgumentException where it is none of them
   */
  public static Object check(String name, Object value) {
    if (value instanceof String || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Byte
        || value instanceof Short
        || value instanceof Integer
        || value instanceof Long) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float || value instanceof Double) {
      return ((Number) value).doubleValue();
    }
    throw new IllegalArgumentException(
        "parameter '"
            + name
            + "' must be a string, a boolean or a number, got "
            + value.getClass().getName());
  }
}
