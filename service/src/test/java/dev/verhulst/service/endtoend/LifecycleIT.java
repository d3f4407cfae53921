package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** How the service starts and ends. */
class LifecycleIT {

  @Test
  void itIsLiveFirstAndReadyOnceItIsWarm() {
    try (ServiceProcess service = ServiceProcess.begin("--verhulst.warm-up=" + everyActivation());
        VerhulstClient client = VerhulstClient.connect(service.url())) {
      AtomicBoolean liveBeforeReady = new AtomicBoolean();
      service.await(
          "the service to be ready",
          () -> {
            boolean live = client.isLive();
            boolean ready = client.isReady();
            assertThat(ready && !live).isFalse();
            liveBeforeReady.compareAndSet(false, live && !ready);
            return ready;
          });
      assertThat(liveBeforeReady).isTrue();
      assertThat(client.sigmoid(new float[] {0})).containsExactly(0.5f);
      assertThat(service.stop()).isIn(0, 143);
    }
  }

  /** Enough to warm up for the time before to be seen. */
  private static String everyActivation() {
    return Activations.all().stream()
        .map(ActivationDescriptor::name)
        .collect(Collectors.joining(","));
  }

  /** Six requests whose second half is still on its way when the service is asked to end. */
  @Test
  void requestsInFlightSucceedWhenItEnds() throws Exception {
    try (ServiceProcess service = ServiceProcess.start()) {
      List<HalfSentRequest> requests = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        requests.add(new HalfSentRequest(service.port()));
      }
      service.await("all six to be in flight", () -> service.openLeases() >= 6);
      service.process().destroy();
      service.await(
          "new connections to be refused", () -> HalfSentRequest.isRefused(service.port()));
      assertThat(service.process().isAlive()).isTrue();
      for (HalfSentRequest request : requests) {
        assertThat(request.finish()).startsWith("HTTP/1.1 200").contains("[0.5,0.5]");
      }
      assertThat(service.exitCode()).isIn(0, 143);
    }
  }

  @Test
  void aPortThatIsTakenIsSaidInOneLine() {
    try (ServiceProcess first = ServiceProcess.start();
        ServiceProcess second = ServiceProcess.beginOnPort(first.port())) {
      assertFailsWithOneLine(second, "" + first.port(), "in use");
    }
  }

  @Test
  void aForcedGpuThatIsNotThereIsSaidInOneLine() {
    Assumptions.assumeFalse(
        Files.exists(Path.of("/proc/driver/nvidia/version")),
        "this machine has an NVIDIA driver: forcing CUDA does not fail here");
    try (ServiceProcess service = ServiceProcess.begin("--verhulst.device=cuda")) {
      assertFailsWithOneLine(service, "cuda");
    }
  }

  @Test
  void aMissingModuleIsSaidInOneLine() {
    try (ServiceProcess service = ServiceProcess.beginInJvm(List.of())) {
      assertFailsWithOneLine(service, "--add-modules jdk.incubator.vector");
    }
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsSaidInOneLine() {
    List<String> arguments = new ArrayList<>(ServiceProcess.JVM_ARGUMENTS);
    arguments.add("-Djava.io.tmpdir=/nonexistent");
    try (ServiceProcess service = ServiceProcess.beginInJvm(arguments)) {
      assertFailsWithOneLine(service, "temporary files", "/nonexistent");
    }
  }

  @Test
  void aSettingThatCannotBeIsSaidInOneLine() {
    try (ServiceProcess service = ServiceProcess.begin("--verhulst.device=abacus")) {
      assertFailsWithOneLine(service, "abacus");
    }
    try (ServiceProcess service = ServiceProcess.begin("--verhulst.devise=cpu")) {
      assertFailsWithOneLine(service, "verhulst.devise", "verhulst.device");
    }
  }

  /** The process ends with an exit code that is not 0, and one line says why: no stack trace. */
  private static void assertFailsWithOneLine(ServiceProcess service, String... words) {
    assertThat(service.exitCode()).isNotZero();
    String output = service.output();
    assertThat(output.lines().filter(line -> line.contains("cannot start")))
        .as(output)
        .singleElement()
        .asString()
        .contains(words);
    assertThat(output).doesNotContain("\tat ", "Exception");
  }

  /** A request over a socket of its own, of whose tensor half is sent at first. */
  private static final class HalfSentRequest {

    private static final String JSON =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[2],"
            + "\"parameters\":{\"binary_data_size\":8}}]}";

    private final Socket socket;

    HalfSentRequest(int port) throws IOException {
      socket = new Socket("localhost", port);
      write(
          "POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + "Inference-Header-Content-Length: %d\r\nContent-Length: %d\r\n\r\n%s\0\0\0\0"
                  .formatted(JSON.length(), JSON.length() + 8, JSON));
    }

    /** Sends the other half and gives the whole answer. */
    String finish() throws IOException {
      try (socket) {
        write("\0\0\0\0");
        socket.setSoTimeout(20_000);
        InputStream input = socket.getInputStream();
        return new String(input.readAllBytes(), StandardCharsets.US_ASCII);
      }
    }

    static boolean isRefused(int port) {
      try (Socket newcomer = new Socket("localhost", port)) {
        return !newcomer.isConnected();
      } catch (IOException e) {
        return e instanceof ConnectException;
      }
    }

    private void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
    }
  }
}
