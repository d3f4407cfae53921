package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.DataType;
import java.util.Set;

/** The accuracy that the catalogue promises on the CPU, in ulp of the exact value. */
final class Bounds {

  /** The tag of tests that the build runs a second time on vectors of at most 256 bits. */
  static final String ON_NARROW_VECTORS_TOO = "on-narrow-vectors-too";

  /** Functions whose value may be off by 4 ulp instead of 2. */
  private static final Set<String> HARDER =
      Set.of("log_sigmoid", "softplus", "logit", "gelu", "erf");

  /** Derivatives and gradients, where they are not within {@link #derivativeAbsolute}. */
  static final double DERIVATIVE = 8;

  private Bounds() {}

  static double value(String name) {
    return HARDER.contains(name) ? 4 : 2;
  }

  /** The absolute error that is good enough for a derivative. */
  static double derivativeAbsolute(DataType dataType) {
    return dataType == DataType.FP64 ? 0x1p-50 : 0x1p-21;
  }
}
