package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.report.MarkdownTable;
import java.util.List;
import java.util.Locale;

/** A record for people: one line for each step. */
record VerifyTable(GpuRecord record) {

  private static final int LONGEST = 240;

  String text() {
    MarkdownTable table = new MarkdownTable("step", "verdict", "seconds", "what it found");
    record
        .steps()
        .forEach(
            (name, step) ->
                table.row(
                    List.of(
                        name,
                        step.verdict(),
                        String.format(Locale.ROOT, "%.1f", step.seconds()),
                        shortened(step.summary()))));
    long ran = record.ran().values().stream().filter(GpuRecord.RAN::equals).count();
    return """
    %s, compute capability %s, %s
    %s
    Of %d PTX files, %d ran with every kernel right. %s
    """
        .formatted(
            record.device().name(),
            record.device().computeCapability(),
            record.device().driver(),
            table,
            record.ran().size(),
            ran,
            record.passed() ? "No step failed." : "FAILED.");
  }

  private static String shortened(String summary) {
    String line = summary.replace('\n', ' ').replace('|', '/');
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
