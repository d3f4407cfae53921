package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The commands of the examples' README, as pasted, against the running service. */
@ExtendWith(SharedService.class)
class ExamplesIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern CURL =
      Pattern.compile("(?m)^    \\(echo computed; curl.*(\n    .*)*");

  private final ServiceProcess service;

  ExamplesIT(ServiceProcess service) {
    this.service = service;
  }

  @Test
  void theJavaClientGetsTheExpectedProbabilities() throws Exception {
    String output = run("examples/classify " + service.url());
    assertThat(output)
        .contains("569 patients (12 shown): 562 classified as their biopsies say")
        .contains("1.2077509572116162E-9  1.2077509572116162E-9".replace("  ", "   "));
  }

  @Test
  void curlGetsTheExpectedProbabilities() throws Exception {
    Assumptions.assumeTrue(isInstalled("curl"), "there is no curl on this machine's PATH");
    Matcher command = CURL.matcher(Files.readString(ROOT.resolve("examples/README.md")));
    assertThat(command.find()).isTrue();
    List<String> lines =
        run(command.group().replace("http://localhost:8000", service.url())).lines().toList();
    assertThat(lines).hasSize(13);
    assertThat(lines.get(0)).isEqualTo("patient,benign,logit,expected,computed");
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split(",");
      double expected = Double.parseDouble(fields[3]);
      assertThat(Double.parseDouble(fields[4]))
          .isCloseTo(expected, org.assertj.core.data.Offset.offset(expected * 1e-14));
    }
  }

  private static String run(String command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).directory(ROOT.toFile());
    builder.environment().put("JAVA25_HOME", System.getProperty("java.home"));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
