package dev.verhulst.benchmarks.gpu;

import java.util.List;
import java.util.Map;

/**
 * What came of a step.
 *
 * @param verdict how it ended
 * @param summary one line for the table
 * @param rows the details for the record, each by name
 */
record Outcome(Verdict verdict, String summary, List<Map<String, Object>> rows) {

  static Outcome of(Verdict verdict, String summary) {
    return new Outcome(verdict, summary, List.of());
  }
}
