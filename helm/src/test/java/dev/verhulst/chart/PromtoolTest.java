package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts as Prometheus itself reads and evaluates them. */
class PromtoolTest {

  private static final String TESTS = "rules-test.yml";

  @TempDir private Path directory;

  @BeforeEach
  void render() throws IOException {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "promtool"))),
        "promtool is not installed; it comes with Prometheus, e.g. apt-get install prometheus");
    Files.writeString(
        directory.resolve("rules.yml"),
        Chart.CURRENT
            .render("monitoring: {serviceMonitor: {enabled: true}, rules: {enabled: true}}")
            .only("PrometheusRule")
            .at("/spec")
            .toString());
    Files.copy(Path.of("src", "test", "promtool", TESTS), directory.resolve(TESTS));
  }

  @Test
  void prometheusTakesTheRules() throws Exception {
    run("promtool", "check", "rules", "rules.yml");
  }

  @Test
  void theAlertsFireWhenTheyShould() throws Exception {
    run("promtool", "test", "rules", TESTS);
  }

  private void run(String... command) throws Exception {
    File output = directory.resolve("output.txt").toFile();
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    int status = process.waitFor();
    assertThat(status).as(Files.readString(output.toPath())).isZero();
  }
}
