package dev.verhulst.benchmarks.gpu;

import java.util.LinkedHashMap;
import java.util.Map;

/** Rows of a record, and the numbers in them. */
final class Rows {

  private Rows() {}

  /**
   * A row.
   *
   * @param namesAndValues a name, its value, a name, its value ...
   */
  static Map<String, Object> of(Object... namesAndValues) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      row.put((String) namesAndValues[i], value instanceof Double number ? rounded(number) : value);
    }
    return row;
  }

  /** To four digits; what is no number is written as text, since JSON has no word for it. */
  static Object rounded(double number) {
    if (!Double.isFinite(number)) {
      return Double.toString(number);
    }
    return number == 0
        ? (Object) 0.0
        : (Object) Double.valueOf(String.format(java.util.Locale.ROOT, "%.3e", number));
  }

  /** A size for people, e.g. {@code 16 MiB}. */
  static String size(long bytes) {
    return bytes >= 1 << 20 && bytes % (1 << 20) == 0
        ? (bytes >> 20) + " MiB"
        : bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
  }
}
