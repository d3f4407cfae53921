package dev.verhulst.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the tests in a JVM of its own, with this one's class path. */
public final class ForkedJvm {

  /** What a process said before it ended. */
  public record Result(int exitCode, String output, String errors) {}

  private final Class<?> mainClass;
  private final List<String> prefix = new ArrayList<>();
  private final List<String> options = new ArrayList<>();
  private final Map<String, String> environment = new TreeMap<>();

  public ForkedJvm(Class<?> mainClass) {
    this.mainClass = mainClass;
  }

  /** Starts the JVM through another command, e.g. {@code unshare}. */
  public ForkedJvm through(String... command) {
    prefix.addAll(List.of(command));
    return this;
  }

  public ForkedJvm option(String option) {
    options.add(option);
    return this;
  }

  public ForkedJvm environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Runs it to its end, or kills it after a minute. */
  public Result run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-modules=jdk.incubator.vector",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(mainClass.getName());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("forked-jvm", ".out");
    Path errors = Files.createTempFile("forked-jvm", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      return new Result(
          process.exitValue(), Files.readString(output, UTF_8), withoutNotice(errors));
    } finally {
      Files.deleteIfExists(output);
      Files.deleteIfExists(errors);
    }
  }

  /** What was said on the standard error, but for the JVM's own notice about the Vector API. */
  private static String withoutNotice(Path errors) throws IOException {
    return Files.readString(errors, UTF_8)
        .replace("WARNING: Using incubator modules: jdk.incubator.vector\n", "");
  }
}
