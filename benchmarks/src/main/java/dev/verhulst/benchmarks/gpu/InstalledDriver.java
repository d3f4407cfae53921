package dev.verhulst.benchmarks.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of the NVIDIA driver that the machine has installed, as Linux knows it. */
final class InstalledDriver {

  private static final Path FILE = Path.of("/proc/driver/nvidia/version");
  private static final Pattern VERSION = Pattern.compile(" (\\d+\\.[\\d.]+) ");

  private InstalledDriver() {}

  /** E.g. {@code , driver 580.65.06}; nothing where the system does not say. */
  static String version() {
    try {
      Matcher version = VERSION.matcher(Files.readString(FILE));
      return version.find() ? ", driver " + version.group(1) : "";
    } catch (IOException e) {
      return "";
    }
  }
}
