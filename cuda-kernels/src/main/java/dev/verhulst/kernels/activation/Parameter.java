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

  /**
   * A parameter's value as a kernel of FP32 takes it.
   *
   * @throws IllegalArgumentException where it is beyond the range of FP32
   */
  static double nearestFloat(String activation, String parameter, double value) {
    float nearest = (float) value;
    if (Float.isInfinite(nearest) && !Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "parameter '%s' of '%s' is %s, which tensors in FP16, BF16 and FP32 cannot be computed with; expected at most %s, or a tensor in FP64"
              .formatted(parameter, activation, value, Float.MAX_VALUE));
    }
    return nearest;
  }

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
