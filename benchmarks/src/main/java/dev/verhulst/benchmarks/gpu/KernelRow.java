package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.DataType;
import java.util.List;
import java.util.Map;

/**
 * Makes the rows of the record that say how accurate kernels are, and takes note of their runs.
 *
 * @param function what they compute, with its parameters
 * @param target which GPUs' PTX they are of
 */
record KernelRow(String function, String target, DataType dataType, KernelRuns runs) {

  /** Whether a row says that its kernel is right. */
  static boolean isRight(Map<String, Object> row) {
    return Boolean.TRUE.equals(row.get("right"));
  }

  /**
   * A row for a kernel.
   *
   * @param sizes the sizes of the tensors that it computed
   * @param comparisons how each of them compares
   */
  Map<String, Object> of(String entry, List<Integer> sizes, List<Comparison> comparisons) {
    Comparison all = comparisons.stream().reduce(Comparison.NOTHING, Comparison::and);
    runs.add(target, entry, all.isRight());
    return Rows.of(
        "kernel",
        entry,
        "target",
        target,
        "function",
        function,
        "elements",
        sizes,
        "ulps",
        comparisons.stream().map(each -> Rows.rounded(each.ulps())).toList(),
        "ofBound",
        all.ofBound(),
        "worst",
        all.worst(),
        "right",
        all.isRight());
  }
}
