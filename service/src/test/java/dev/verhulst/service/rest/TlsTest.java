package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.fakes.SelfSignedKeys;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same over TLS, where what goes over the wire is not what is read and written. */
class TlsTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void computesTensorsOfAnySize(HttpClient.Version version) throws Exception {
    SelfSignedKeys keys = SelfSignedKeys.make(directory);
    try (TestServer server =
            TestServer.start(
                "server.http2.enabled=true",
                "server.ssl.key-store=" + keys.file(),
                "server.ssl.key-store-password=" + SelfSignedKeys.PASSWORD);
        HttpClient client =
            HttpClient.newBuilder().version(version).sslContext(trusting(keys)).build()) {
      for (int elements : new int[] {1, 10_000, 1 << 20}) {
        HttpResponse<byte[]> response =
            client.send(
                HttpRequest.newBuilder(
                        URI.create(
                            "https://localhost:" + server.port() + "/v2/models/sigmoid/infer"))
                    .header("Inference-Header-Content-Length", "0")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[4 * elements]))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(version);
        int head =
            Integer.parseInt(
                response.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
        assertThat(response.body()).hasSize(head + 4 * elements);
        // sigmoid(0) is 0.5: the bytes 0, 0, 0, 0x3F
        for (int i = head; i < response.body().length; i++) {
          if (response.body()[i] != ((i - head) % 4 == 3 ? 0x3F : 0)) {
            throw new AssertionError("byte " + (i - head) + " is " + response.body()[i]);
          }
        }
      }
      server.expectEverythingGivenBack();
    }
  }

  private static SSLContext trusting(SelfSignedKeys keys) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, keys.trust().getTrustManagers(), null);
    return context;
  }
}
