package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.report.MarkdownTable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the records say of the PTX that ships: which of its files have run on a device as they are,
 * and which have not since they last changed.
 *
 * @param records the records, by file name
 * @param shipped the SHA-256 of every PTX file that ships, by name
 */
record DeviceRuns(SortedMap<String, GpuRecord> records, SortedMap<String, String> shipped) {

  /** The files of which no record says that all their kernels ran, just as they ship, and right. */
  List<String> notRun() {
    return shipped.entrySet().stream()
        .filter(file -> !hasRun(file.getKey(), file.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean hasRun(String file, String hash) {
    return records.values().stream()
        .anyMatch(
            record ->
                hash.equals(record.ptx().get(file))
                    && GpuRecord.RAN.equals(record.ran().get(file)));
  }

  /** All of it in Markdown, for {@code docs/gpu/README.md} and for the test's report. */
  String text() {
    List<String> notRun = notRun();
    if (records.isEmpty()) {
      return """
      No record is kept here yet: **none of the %d PTX files that ship has run on a device**. They are assembled and checked on the host,
      not yet run on a device.
      """
          .formatted(shipped.size());
    }
    return table() + "\n" + sentence(notRun);
  }

  private String table() {
    MarkdownTable table =
        new MarkdownTable("record", "date", "device", "driver", "verdict", "failed or left out");
    records.forEach(
        (name, record) ->
            table.row(
                List.of(
                    "[" + name + "](" + name + ")",
                    record.date().substring(0, Math.min(10, record.date().length())),
                    record.device().name() + ", " + record.device().computeCapability(),
                    record.device().driver(),
                    record.passed() ? "passed" : "**failed**",
                    others(record))));
    return table.toString();
  }

  private static String others(GpuRecord record) {
    return record.steps().entrySet().stream()
        .filter(step -> !step.getValue().verdict().equals(Verdict.PASSED.text()))
        .map(step -> step.getKey() + ": " + step.getValue().verdict())
        .collect(Collectors.joining(", "));
  }

  private String sentence(List<String> notRun) {
    if (notRun.isEmpty()) {
      return "All %d PTX files that ship have run on a device as they are, every kernel within its bounds.%n"
          .formatted(shipped.size());
    }
    Predicate<String> ranOnce =
        file -> records.values().stream().anyMatch(record -> record.ranSomeOf(file));
    StringBuilder text = new StringBuilder();
    text.append(
        "**%d of the %d PTX files that ship have not run on a device as they are.**%n"
            .formatted(notRun.size(), shipped.size()));
    append(
        text,
        "Changed since they ran, or wrong when they did",
        notRun.stream().filter(ranOnce).toList());
    append(text, "Never ran", notRun.stream().filter(ranOnce.negate()).toList());
    return text.toString();
  }

  private static void append(StringBuilder text, String what, List<String> files) {
    if (!files.isEmpty()) {
      text.append("%n%s: %s.%n".formatted(what, String.join(", ", files)));
    }
  }
}
