package dev.verhulst.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/** What a result was measured on, and when: the lines above a table. */
public final class Machine {

  private Machine() {}

  /**
   * The lines above a table, as a list in Markdown.
   *
   * @param command the command line that makes the same table
   * @param clock gives the date
   */
  public static String describe(String command, InstantSource clock) {
    return String.format(
        Locale.ROOT,
        """
        - Machine: %s, %d processors, %.0f GiB of memory, Linux %s
        - Java: %s
        - Date: %s
        - Command: `%s`
        """,
        processor(),
        Runtime.getRuntime().availableProcessors(),
        Double.parseDouble(line(Path.of("/proc/meminfo"), "MemTotal").replaceAll("\\D", ""))
            / (1 << 20),
        System.getProperty("os.version"),
        Runtime.version(),
        LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC),
        command);
  }

  /** The processor's name. */
  public static String processor() {
    return line(Path.of("/proc/cpuinfo"), "model name").replaceFirst(".*: ", "");
  }

  private static String line(Path file, String start) {
    try (var lines = Files.lines(file)) {
      return lines.filter(line -> line.startsWith(start)).findFirst().orElse("unknown 0");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
