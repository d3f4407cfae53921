package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.verhulst.client.error.ConnectionException;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.server.RawServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS, with a certificate that only a context of the caller's trusts. */
class TlsTest {

  private static final String PASSWORD = "changeit";

  private final List<String> serverNames = new CopyOnWriteArrayList<>();

  @TempDir private Path folder;

  @Test
  void theCallersContextSaysWhomToTrust() throws Exception {
    SSLContext context = context(selfSigned());
    HttpsServer server =
        serve(
            context,
            exchange -> {
              exchange.sendResponseHeaders(200, -1);
              exchange.close();
            });
    String url = "https://localhost:" + server.getAddress().getPort();
    try (VerhulstClient trusting = VerhulstClient.builder(url).sslContext(context).build();
        VerhulstClient wary = VerhulstClient.connect(url)) {
      assertThat(trusting.isLive()).isTrue();
      assertThatThrownBy(wary::isLive)
          .isInstanceOfSatisfying(ConnectionException.class, e -> assertThat(e.refused()).isFalse())
          .hasMessageContaining("certification path");
    } finally {
      server.stop(0);
    }
  }

  /** Long ones take many records of TLS, in both directions at the same time. */
  @Test
  void answersMayBeAsLongAsOverHttp() throws Exception {
    SSLContext context = context(selfSigned());
    HttpsServer server =
        serve(
            context,
            exchange -> {
              byte[] body = exchange.getRequestBody().readAllBytes();
              exchange.sendResponseHeaders(400, 0);
              exchange.getResponseBody().write(body);
              exchange.close();
            });
    try (VerhulstClient client =
        VerhulstClient.builder("https://localhost:" + server.getAddress().getPort())
            .sslContext(context)
            .build()) {
      for (int elements : new int[] {1, 5000, 3 << 20}) {
        assertThatThrownBy(() -> client.sigmoid(new float[elements]))
            .isInstanceOf(InvalidRequestException.class)
            .hasMessageContaining("\"shape\":[" + elements + "]");
      }
    } finally {
      server.stop(0);
    }
  }

  /** What is left of a record of TLS is on no socket any more. */
  @Test
  void answersThatNobodyAskedForAreNotTakenForTheNext() throws Exception {
    SSLContext context = context(selfSigned());
    AtomicInteger connections = new AtomicInteger();
    byte[] answers =
        "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n%sHTTP/1.1 500 no\r\nContent-Length: 0\r\n\r\n"
            .formatted("x".repeat(100_000))
            .getBytes(StandardCharsets.US_ASCII);
    try (SSLServerSocket server = serve(context, connections, answers);
        VerhulstClient client =
            VerhulstClient.builder("https://localhost:" + server.getLocalPort())
                .sslContext(context)
                .build()) {
      assertThat(client.isLive()).isTrue();
      assertThat(client.isLive()).isTrue();
      assertThat(connections).hasValue(2);
      assertThat(serverNames).containsOnly("localhost");
    }
  }

  /** A server that answers every request with these bytes. */
  private SSLServerSocket serve(SSLContext context, AtomicInteger connections, byte[] answer)
      throws IOException {
    SSLServerSocket server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try {
                  SSLSocket connection = (SSLSocket) server.accept();
                  connections.incrementAndGet();
                  RawServer.readRequest(connection.getInputStream());
                  ((ExtendedSSLSession) connection.getSession())
                      .getRequestedServerNames()
                      .forEach(
                          name ->
                              serverNames.add(
                                  new String(name.getEncoded(), StandardCharsets.US_ASCII)));
                  connection.getOutputStream().write(answer);
                } catch (IOException e) {
                  // The client has what it wants, or the test is over.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    SSLContext context = context(selfSigned());
    HttpsServer server = serve(context, HttpExchange::close);
    String url = "https://127.0.0.1:" + server.getAddress().getPort();
    try (VerhulstClient client = VerhulstClient.builder(url).sslContext(context).build()) {
      assertThatThrownBy(client::isLive)
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("127.0.0.1");
    } finally {
      server.stop(0);
    }
  }

  private static HttpsServer serve(SSLContext context, HttpHandler handler) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/", handler);
    server.start();
    return server;
  }

  private KeyStore selfSigned() throws Exception {
    Path file = folder.resolve("key.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "1",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes());
    assertThat(keytool.waitFor()).as(output).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(file)) {
      keys.load(input, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static SSLContext context(KeyStore keys) throws Exception {
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, PASSWORD.toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("mykey"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
