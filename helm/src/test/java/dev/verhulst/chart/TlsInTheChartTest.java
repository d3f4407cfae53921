package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The service with the chart's TLS: both protocols speak it, and ask for certificates. */
@TestMethodOrder(OrderAnnotation.class)
class TlsInTheChartTest {

  private static final int SETTINGS_FRAME = 4;
  private static final String VALUES = Installation.MUTUAL_TLS_AND_API_KEYS.yaml();

  @TempDir private static Path directory;
  private static Certificate certificate;
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    certificate = Certificate.make(directory);
    certificate.writeTo(directory.resolve("tls"));
    Files.writeString(
        Files.createDirectory(directory.resolve("keys")).resolve("reports"), "0123456789abcdef");
    service =
        RunningService.start(
                Chart.CURRENT.render(VALUES),
                directory,
                "--spring.ssl.bundle.watch.file.quiet-period=200ms")
            .awaitReady();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  @Order(1)
  void whoeverShowsACertificateIsLetIn() throws Exception {
    SSLContext known = certificate.context(true);
    assertThat(readiness(known)).isEqualTo(200);
    assertThat(firstFrame(known)).isEqualTo(SETTINGS_FRAME);
    SSLContext stranger = certificate.context(false);
    assertThatThrownBy(() -> readiness(stranger)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> firstFrame(stranger)).isInstanceOf(IOException.class);
  }

  @Test
  @Order(2)
  void thePodOfHelmTestCallsItWithCurl(@TempDir Path empty) throws Exception {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "curl"))),
        "curl is not installed");
    JsonNode pod = TestPod.render(VALUES + "helmTest: {image: curl}", empty);
    assertThat(pod.toString()).contains("https://");
    assertThat(TestPod.run(pod, directory, service)).as(() -> log("test-pod.log")).isZero();
  }

  @Test
  void thePodOfHelmTestDoesWithoutCurl(@TempDir Path empty) throws Exception {
    JsonNode pod = TestPod.render(VALUES, empty);
    assertThat(TestPod.run(pod, directory, service)).as(() -> log("test-pod.log")).isZero();
  }

  private String log(String name) {
    try {
      return Files.readString(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Both ways: the server shows it, and callers are held to it. */
  @Test
  @Order(3)
  void aRenewedCertificateIsUsed() throws Exception {
    Certificate renewed = Certificate.make(directory);
    renewed.writeTo(directory.resolve("tls"));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!isUsed(renewed.context(true))) {
      assertThat(System.nanoTime()).as("the new certificate is in use").isLessThan(deadline);
      Thread.sleep(200);
    }
    SSLContext old = certificate.context(true);
    assertThatThrownBy(() -> readiness(old)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> firstFrame(old)).isInstanceOf(IOException.class);
  }

  private boolean isUsed(SSLContext context) throws InterruptedException {
    try {
      return readiness(context) == 200 && firstFrame(context) == SETTINGS_FRAME;
    } catch (IOException e) {
      return false;
    }
  }

  private int readiness(SSLContext context) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newBuilder().sslContext(context).build()) {
      URI uri = URI.create("https://localhost:" + service.port("http") + "/v2/health/ready");
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  /** The type of the first frame that the gRPC port sends. */
  private int firstFrame(SSLContext context) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("localhost", service.port("grpc"))) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      assertThat(List.of(socket.getApplicationProtocol())).containsExactly("h2");
      byte[] header = socket.getInputStream().readNBytes(9);
      return header.length < 9 ? -1 : header[3];
    }
  }
}
