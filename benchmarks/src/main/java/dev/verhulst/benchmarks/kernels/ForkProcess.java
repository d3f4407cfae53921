package dev.verhulst.benchmarks.kernels;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The running process of a {@link KernelFork}, seen from the comparison. */
final class ForkProcess implements AutoCloseable {

  private final ContenderKind contender;
  private final Process process;
  private final PrintStream requests;
  private final BufferedReader answers;

  ForkProcess(ContenderKind contender, int threads, Plan plan) throws IOException {
    this.contender = contender;
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xms256m",
            "-Xmx512m",
            "-Djmh.ignoreLock=true",
            "-DDJL_CACHE_DIR=" + System.getProperty("DJL_CACHE_DIR", ""),
            "-cp",
            System.getProperty("java.class.path"),
            KernelFork.class.getName(),
            contender.name(),
            Integer.toString(threads),
            Integer.toString(plan.iterations()),
            Integer.toString(plan.iterationMilliseconds())));
    process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  ContenderKind contender() {
    return contender;
  }

  /**
   * The median time of a call, in nanoseconds.
   *
   * @throws IllegalStateException where the process failed; it has printed why
   */
  double measure(Measurement measurement) {
    requests.println(measurement.format());
    try {
      String answer = answers.readLine();
      if (answer == null) {
        throw new IllegalStateException(
            contender.label() + " failed at " + measurement.format() + "; see above");
      }
      return Double.parseDouble(answer);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Lets the process end, which it does when it is asked for nothing more. */
  @Override
  public void close() {
    requests.close();
    try {
      process.waitFor();
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
