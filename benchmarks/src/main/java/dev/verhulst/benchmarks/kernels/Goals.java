package dev.verhulst.benchmarks.kernels;

import dev.verhulst.benchmarks.contender.Operation;
import dev.verhulst.kernels.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What the kernels are to reach: faster than the better peer from 64 Ki elements on, and in place
 * within 15 % of a copy's bandwidth at 64 Mi elements.
 */
final class Goals {

  private static final long LARGE = 1 << 16;
  private static final long HUGE = 1 << 26;
  private static final double SHARE_OF_COPY = 0.85;

  private Goals() {}

  /** A sentence for each row that misses its goal, or one that says that none does. */
  static String verdict(Plan plan, KernelResults results) {
    List<String> misses = new ArrayList<>();
    for (Measurement row : plan.measurements()) {
      for (int threads : plan.threads()) {
        OptionalDouble betterPeer =
            Stream.of(ContenderKind.ONNX_RUNTIME, ContenderKind.PYTORCH)
                .map(peer -> results.ratio(row, threads, peer))
                .flatMapToDouble(OptionalDouble::stream)
                .min();
        if (row.elements() >= LARGE && betterPeer.orElse(1) < 1) {
          misses.add(miss(row, threads, "the better peer takes", betterPeer.getAsDouble()));
        }
        OptionalDouble copy = results.ratio(row, threads, ContenderKind.MEMORY);
        if (row.elements() == HUGE
            && row.operation() == Operation.SIGMOID_IN_PLACE
            && row.dataType() == DataType.FP32
            && copy.orElse(1) < SHARE_OF_COPY) {
          misses.add(miss(row, threads, "a copy takes", copy.getAsDouble()));
        }
      }
    }
    return misses.isEmpty()
        ? "Every row measured reaches its goal.\n"
        : "Missed:\n" + String.join("", misses);
  }

  private static String miss(Measurement row, int threads, String who, double ratio) {
    return String.format(
        Locale.ROOT,
        "- %s, %s, %d elements, %d thread(s): %s %.2f of the time%n",
        row.operation().label(),
        row.dataType(),
        row.elements(),
        threads,
        who,
        ratio);
  }
}
