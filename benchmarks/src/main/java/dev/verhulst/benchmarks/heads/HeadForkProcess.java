package dev.verhulst.benchmarks.heads;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/** The running process of a {@link HeadFork}, seen from the comparison. */
final class HeadForkProcess implements AutoCloseable {

  private final HeadContender contender;
  private final Process process;
  private final PrintStream requests;
  private final BufferedReader answers;

  HeadForkProcess(HeadContender contender, HeadPlan plan) throws IOException {
    this.contender = contender;
    process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx1g",
                "-Djmh.ignoreLock=true",
                "-cp",
                System.getProperty("java.class.path"),
                HeadFork.class.getName(),
                contender.name(),
                Integer.toString(plan.threads()),
                Integer.toString(plan.iterations()),
                Integer.toString(plan.iterationMilliseconds()))
            .redirectError(Redirect.INHERIT)
            .start();
    requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  HeadContender contender() {
    return contender;
  }

  /**
   * The median time of a call, in nanoseconds.
   *
   * @throws IllegalStateException where the process failed; it has printed why
   */
  double measure(HeadShape shape) {
    requests.println(shape.format());
    try {
      String answer = answers.readLine();
      if (answer == null) {
        throw new IllegalStateException(
            contender.label() + " failed at " + shape.format() + "; see above");
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
