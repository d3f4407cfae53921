package dev.verhulst.benchmarks.gpu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Other processes that the rig starts, with a time limit. */
final class Child {

  /** The exit code of one that was killed because its time was up. */
  static final int TIMED_OUT = -1;

  /** What a process said, its errors among it, and its exit code. */
  record Result(int exitCode, String output) {

    /** The last line that says something, for a message. */
    String lastLine() {
      return output.lines().filter(line -> !line.isBlank()).reduce("", (before, line) -> line);
    }
  }

  private Child() {}

  /** The command line of a JVM like this one. */
  static List<String> java(Class<?> mainClass, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.library.path=" + System.getProperty("java.library.path", ""),
            "-cp",
            System.getProperty("java.class.path"),
            mainClass.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Runs a command to its end, or kills it and what it has started when its time is up. */
  static Result run(List<String> command, Duration limit) throws IOException, InterruptedException {
    Path output = Files.createTempFile("rig-child-", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      return new Result(
          ended ? process.exitValue() : TIMED_OUT, new String(Files.readAllBytes(output), UTF_8));
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
