package dev.verhulst.service.endtoend;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metrics in Prometheus' text format.
 *
 * @param samples each value by its name with its labels, as the text has them
 */
record Metrics(Map<String, Double> samples) {

  static Metrics parse(String text) {
    Map<String, Double> samples = new LinkedHashMap<>();
    text.lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .forEach(
            line -> {
              int end = line.lastIndexOf(' ');
              samples.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
            });
    return new Metrics(samples);
  }

  /**
   * The sum over all label sets that hold these, e.g. {@code model="sigmoid"}; 0 where none does.
   */
  double sum(String name, String... labels) {
    return samples.entrySet().stream()
        .filter(sample -> sample.getKey().equals(name) || sample.getKey().startsWith(name + "{"))
        .filter(sample -> java.util.Arrays.stream(labels).allMatch(sample.getKey()::contains))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** Whether there is a metric of that name. */
  boolean has(String name) {
    return samples.keySet().stream()
        .anyMatch(sample -> sample.equals(name) || sample.startsWith(name + "{"));
  }
}
