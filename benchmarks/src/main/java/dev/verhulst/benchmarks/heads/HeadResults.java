package dev.verhulst.benchmarks.heads;

import dev.verhulst.benchmarks.report.MarkdownTable;
import dev.verhulst.benchmarks.report.Median;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The measured times, and the table of them. */
final class HeadResults {

  /** About 15 % either way: neighbours of a busy machine take that much from a turn. */
  private static final double CLOSE = 0.15;

  private final Map<HeadShape, Map<HeadContender, List<Double>>> times = new HashMap<>();

  /** Adds what a turn measured. */
  void add(HeadShape shape, HeadContender contender, double nanoseconds) {
    times
        .computeIfAbsent(shape, _ -> new HashMap<>())
        .computeIfAbsent(contender, _ -> new ArrayList<>())
        .add(nanoseconds);
  }

  /** The median over the turns of a peer's time over ours. */
  double ratio(HeadShape shape, HeadContender peer) {
    List<Double> ours = list(shape, HeadContender.VERHULST);
    List<Double> theirs = list(shape, peer);
    List<Double> ratios = new ArrayList<>();
    for (int turn = 0; turn < ours.size(); turn++) {
      ratios.add(theirs.get(turn) / ours.get(turn));
    }
    return Median.of(ratios);
  }

  /** Whether so few turns cannot tell who is ahead, of Verhulst and ONNX Runtime. */
  boolean isClose(HeadShape shape) {
    return !list(shape, HeadContender.VERHULST).isEmpty()
        && !list(shape, HeadContender.ONNX_RUNTIME).isEmpty()
        && Math.abs(Math.log(ratio(shape, HeadContender.ONNX_RUNTIME))) < CLOSE;
  }

  private List<Double> list(HeadShape shape, HeadContender contender) {
    return times.getOrDefault(shape, Map.of()).getOrDefault(contender, List.of());
  }

  /** Microseconds of a call; in brackets a peer's time over ours. */
  String table(HeadPlan plan) {
    List<String> headings = new ArrayList<>(List.of("features", "labels", "batch"));
    plan.contenders().forEach(contender -> headings.add(contender.label()));
    MarkdownTable table = new MarkdownTable(headings.toArray(String[]::new));
    for (HeadShape shape : plan.shapes()) {
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(shape.features()));
      cells.add(Integer.toString(shape.labels()));
      cells.add(Integer.toString(shape.batch()));
      for (HeadContender contender : plan.contenders()) {
        String time = String.format(Locale.ROOT, "%.2f", Median.of(list(shape, contender)) / 1000);
        boolean isPeer =
            contender != HeadContender.VERHULST
                && plan.contenders().contains(HeadContender.VERHULST);
        cells.add(
            isPeer
                ? String.format(Locale.ROOT, "%s (%.2f ×)", time, ratio(shape, contender))
                : time);
      }
      table.row(cells);
    }
    return table.toString();
  }

  /** Where ONNX Runtime is ahead: it is to be nowhere. */
  String verdict(HeadPlan plan) {
    List<String> misses = new ArrayList<>();
    for (HeadShape shape : plan.shapes()) {
      if (ratio(shape, HeadContender.ONNX_RUNTIME) < 1) {
        misses.add(
            String.format(
                Locale.ROOT,
                "- %d features, %d labels, batch %d: ONNX Runtime takes %.2f of the time%n",
                shape.features(),
                shape.labels(),
                shape.batch(),
                ratio(shape, HeadContender.ONNX_RUNTIME)));
      }
    }
    return misses.isEmpty()
        ? "Ahead of ONNX Runtime at every point.\n"
        : "Missed:\n" + String.join("", misses);
  }
}
