package dev.verhulst.kernels.reference;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The table of reference values, {@code reference-values.csv}, computed with mpmath at 60 digits by
 * {@code reference_values.py}. A parameter written in decimal is the binary32 nearest to it; in
 * hexadecimal, that very number.
 */
public final class ReferenceValues {

  private static final String RESOURCE = "/reference-values.csv";
  private static final Set<String> INPUTS = Set.of("slope", "target", "pos_weight", "weight");
  private static final String SOFTMAX = "softmax";
  private static final String ROW = "row";

  private static final List<ReferenceValue> ALL = new ArrayList<>();
  private static final Map<String, List<ReferenceValue>> SOFTMAX_ROWS = new LinkedHashMap<>();

  static {
    read();
  }

  private ReferenceValues() {}

  /** The rows of every function of one input element; softmax is not among them. */
  public static List<ReferenceValue> all() {
    return List.copyOf(ALL);
  }

  /** The rows of one function; {@code bce_with_logits} is one. */
  public static List<ReferenceValue> of(String function) {
    return ALL.stream().filter(value -> value.function().equals(function)).toList();
  }

  /** Every function that has rows, in the order of the table, with softmax. */
  public static Map<String, Long> rowCounts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    ALL.forEach(value -> counts.merge(value.function(), 1L, Long::sum));
    counts.put(SOFTMAX, (long) SOFTMAX_ROWS.size());
    return counts;
  }

  /** The softmax of whole rows: each list is one row, one element each. */
  public static List<List<ReferenceValue>> softmaxRows() {
    return List.copyOf(SOFTMAX_ROWS.values());
  }

  private static void read() {
    try (InputStream stream =
            Objects.requireNonNull(ReferenceValues.class.getResourceAsStream(RESOURCE));
        BufferedReader reader = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
      reader.lines().skip(1).forEach(ReferenceValues::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(String line) {
    List<String> cells = List.of(line.split(",", -1));
    Map<String, Object> parameters = new LinkedHashMap<>();
    Map<String, Double> inputs = new LinkedHashMap<>();
    String row = "";
    for (String assignment : cells.get(1).isEmpty() ? new String[0] : cells.get(1).split(";", -1)) {
      String name = assignment.substring(0, assignment.indexOf('='));
      String text = assignment.substring(name.length() + 1);
      if (name.equals(ROW)) {
        row = text;
      } else if (INPUTS.contains(name)) {
        inputs.put(name, number(text));
      } else {
        parameters.put(name, isNumber(text) ? number(text) : text);
      }
    }
    ReferenceValue value =
        new ReferenceValue(
            cells.get(0),
            Map.copyOf(parameters),
            Map.copyOf(inputs),
            Double.parseDouble(cells.get(2)),
            new BigDecimal(cells.get(3)),
            new BigDecimal(cells.get(4)));
    if (value.function().equals(SOFTMAX)) {
      SOFTMAX_ROWS.computeIfAbsent(row, unused -> new ArrayList<>()).add(value);
    } else {
      ALL.add(value);
    }
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && "0123456789-".indexOf(text.charAt(0)) >= 0;
  }

  private static double number(String text) {
    return text.contains("0x") ? Double.parseDouble(text) : Float.parseFloat(text);
  }
}
