package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same over TLS, where what goes over the wire is not what is read and written. */
class TlsTest {

  private static final String PASSWORD = "password";

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void computesTensorsOfAnySize(HttpClient.Version version) throws Exception {
    Path keyStore = makeKeyStore();
    try (TestServer server =
            TestServer.start(
                "server.http2.enabled=true",
                "server.ssl.key-store=" + keyStore,
                "server.ssl.key-store-password=" + PASSWORD);
        HttpClient client =
            HttpClient.newBuilder().version(version).sslContext(trusting(keyStore)).build()) {
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

  private Path makeKeyStore() throws Exception {
    Path keyStore = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                keyStore.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).isZero();
    return keyStore;
  }

  private static SSLContext trusting(Path keyStore) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
