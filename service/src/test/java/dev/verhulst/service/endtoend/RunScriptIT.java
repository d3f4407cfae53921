package dev.verhulst.service.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.verhulst.kernels.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script that a newcomer starts the service with. */
@Timeout(120)
class RunScriptIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path folder;

  @Test
  void startsTheServiceShowsACallThatWorksAsPastedAndStopsOnCtrlC() throws Exception {
    int port = FreePort.choose();
    Path output = folder.resolve("output");
    Process run =
        new ProcessBuilder(
                // Where the build itself runs in the background, its children would ignore Ctrl-C.
                "env",
                "--default-signal=INT",
                "./run",
                "--server.port=" + port,
                "--spring.grpc.server.port=" + FreePort.choose(),
                "--management.server.port=" + FreePort.choose())
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      while (!Files.readString(output).contains("Ready")) {
        assertThat(run.isAlive()).as(Files.readString(output)).isTrue();
        ServiceProcess.pause();
      }
      String call =
          Files.readAllLines(output).stream()
              .filter(line -> line.strip().startsWith("curl"))
              .findFirst()
              .orElseThrow()
              .strip();
      assertThat(call).contains("localhost:" + port + "/v2/models/sigmoid/infer");

      assumeThat(shell("command -v curl")).as("curl is installed").isNotEmpty();
      assertThat(shell(call)).containsPattern("\"data\":\\[0\\.26894\\d*,0\\.5,0\\.73105\\d*]");

      assertThat(shell("kill -INT " + run.pid())).isEmpty();
      assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(output)).doesNotContain("Exception", "ERROR");
      assertThat(isOpen(port)).isFalse();
    } finally {
      run.destroyForcibly();
    }
  }

  @Test
  void saysInOneLineHowToGetTheJdkItMisses() throws Exception {
    // The script, made to look for JDKs where there are none.
    String script = Files.readString(ROOT.resolve(".mvn/find-jdk"));
    Path elsewhere = folder.resolve("find-jdk");
    Files.writeString(
        elsewhere,
        script
            .replaceAll("/(opt/java|usr/lib|usr/lib64|Library)\\b", folder + "/$1")
            .replace("command -v java", "command -v no-java"));
    Process process =
        new ProcessBuilder(
                "env", "-i", "PATH=/usr/bin:/bin", "HOME=" + folder, "sh", elsewhere + "")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(said.strip())
        .isEqualTo(
            "Verhulst needs JDK 25 and found none: install one, e.g. Temurin 25 from"
                + " https://adoptium.net, or set JAVA25_HOME to one.");
  }

  private static String shell(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of("sh", "-c", command)).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output;
  }

  private static boolean isOpen(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
