package dev.verhulst.kernels.activation;

import org.jspecify.annotations.Nullable;

/**
 * A parameter of an activation, as a caller writes it.
 *
 * @param name its name in a request, e.g. {@code alpha}
 * @param defaultValue the value where a request gives none: a {@link Double}, a {@link String}, or
 *     null for "not set"
 * @param description what it does and which values are valid, in one sentence
 */
public record Parameter(String name, @Nullable Object defaultValue, String description) {

  static Parameter number(String name, double defaultValue, String description) {
    return new Parameter(name, defaultValue, description);
  }

  static Parameter optionalNumber(String name, String description) {
    return new Parameter(name, null, description);
  }

  static Parameter choice(String name, String defaultValue, String description) {
    return new Parameter(name, defaultValue, description);
  }
}
