package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that others have written and published, as they are, in processes of their own. */
@ExtendWith(SharedService.class)
class PublicClientsIT {

  private static final Path CLIENT = Path.of("target", "public-clients", "triton-java-client.jar");
  private static final Path PROGRAM =
      Path.of("src", "test", "public-clients", "TritonJavaClient.java");

  private final ServiceProcess service;

  PublicClientsIT(ServiceProcess service) {
    this.service = service;
  }

  @Test
  void tritonsJavaClient() throws Exception {
    assertThat(run())
        .contains(
            "relu FP32 in binary, out binary: [0.0, 0.0, 3.0]",
            "relu FP32 in binary, out JSON: [0.0, 0.0, 3.0]",
            "relu FP32 in JSON, out binary: [0.0, 0.0, 3.0]",
            "relu FP32 in JSON, out JSON: [0.0, 0.0, 3.0]",
            "y in JSON beside dy_dx in binary: [0.0, 0.0, 3.0]",
            "dy_dx in binary beside y in JSON: [0.0, 0.0, 1.0]",
            "outputs where none is asked for: [y]",
            "leaky_relu FP64: [-0.005, 0.5]",
            "answered by: leaky_relu, 1, request-7",
            "sigmoid of what is no number, in binary: [NaN, 1.0, 0.0, 0.5]",
            "sigmoid of what is no number, in JSON: [NaN, 1.0, 0.0, 0.5]",
            "no elements: []",
            "a mebibyte of zeros: 131072.0",
            "eight threads: 32768.0",
            "after the refusals: [0.0, 0.0, 3.0]")
        .anySatisfy(line -> assertThat(line).startsWith("an unknown model: ").contains("'sigmund'"))
        .anySatisfy(
            line -> assertThat(line).startsWith("an unknown version: ").contains("version 7"))
        .anySatisfy(
            line -> assertThat(line).startsWith("a wrong datatype: ").contains("INT32", "FP32"));
  }

  private List<String> run() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                CLIENT.toString(),
                PROGRAM.toString(),
                "localhost:" + service.port())
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
      return output.lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }
}
