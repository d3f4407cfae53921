package dev.verhulst.kernels.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the processor calls itself. */
final class ProcessorName {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private ProcessorName() {}

  /** The model's name where the system tells it, otherwise the architecture's. */
  static String read() {
    String architecture = System.getProperty("os.arch", "CPU");
    if (!Files.isReadable(CPU_INFO)) {
      return architecture;
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(architecture);
    } catch (IOException e) {
      return architecture;
    }
  }
}
