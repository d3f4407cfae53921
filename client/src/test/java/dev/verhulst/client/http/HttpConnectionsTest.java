package dev.verhulst.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.server.RawServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections beside servers that do what HTTP/1.1 allows, and what it does not. */
@Timeout(30)
class HttpConnectionsTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final HttpConnections connections = new HttpConnections(Duration.ofSeconds(5), null);

  @AfterEach
  void close() {
    connections.close();
  }

  /** A server that has these answers for the requests on each of its connections. */
  private static RawServer answering(AtomicInteger opened, String... answers) {
    return new RawServer(
        connection -> {
          opened.incrementAndGet();
          for (int i = 0; i < answers.length; i++) {
            if (i > 0 && !RawServer.readRequest(connection.getInputStream())) {
              return;
            }
            write(connection, answers[i]);
          }
        });
  }

  private static void write(Socket connection, String text) throws IOException {
    OutputStream out = connection.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static HttpRequest get(RawServer server) {
    return HttpRequest.newBuilder(URI.create(server.url() + "/path?query")).build();
  }

  private static HttpRequest post(RawServer server, byte[] body) {
    return HttpRequest.newBuilder(URI.create(server.url()))
        .POST(BodyPublishers.ofByteArray(body))
        .build();
  }

  private HttpResponse<String> answer(HttpRequest request) {
    return connections.send(request, BodyHandlers.ofString()).join();
  }

  @Test
  void aConnectionIsUsedAgain() {
    AtomicInteger opened = new AtomicInteger();
    try (RawServer server = answering(opened, OK, OK, OK)) {
      for (int i = 0; i < 3; i++) {
        assertThat(answer(post(server, new byte[i * 100_000])).body()).isEqualTo("ok");
      }
      assertThat(opened).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nConnection: a, close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more than it said",
      })
  void aConnectionThatIsAtItsEndIsNot(String answer) {
    AtomicInteger opened = new AtomicInteger();
    try (RawServer server = answering(opened, answer, "HTTP/1.1 500 this is another\r\n\r\n")) {
      assertThat(answer(get(server)).body()).isEqualTo("ok");
      assertThat(answer(get(server)).body()).isEqualTo("ok");
      assertThat(opened).hasValue(2);
    }
  }

  @Test
  void anIdleConnectionThatTheServerHasClosedIsLeft() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (RawServer server =
        new RawServer(
            connection -> {
              write(connection, OK);
              connection.close();
              closed.countDown();
            })) {
      assertThat(answer(post(server, new byte[3])).body()).isEqualTo("ok");
      closed.await();
      assertThat(answer(post(server, new byte[3])).body()).isEqualTo("ok");
    }
  }

  @Test
  void aQuestionIsAskedAgainWhereAnIdleConnectionEndsWithoutAnAnswerAndAComputationIsNot() {
    AtomicInteger opened = new AtomicInteger();
    try (RawServer server = answering(opened, OK, "")) {
      assertThat(answer(get(server)).body()).isEqualTo("ok");
      assertThat(answer(get(server)).body()).isEqualTo("ok");
      assertThat(opened).hasValue(2);
      assertThatThrownBy(() -> answer(post(server, new byte[3])))
          .hasCauseInstanceOf(NoAnswerException.class)
          .hasMessageContaining("without an answer");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;a=b\r\nhell\r\n1 \r\no\r\n0\r\nTrailer: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n00005\r\nhello\r\n000\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\nContent-Length: 5\nFolded: a\n  b\n\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\n\r\nhello",
      })
  void bodiesComeInAnyFormAndInAnyPieces(String answer) {
    try (RawServer server =
        new RawServer(
            connection -> {
              connection.setTcpNoDelay(true);
              for (int i = 0; i < answer.length(); i++) {
                write(connection, answer.substring(i, i + 1));
              }
            })) {
      assertThat(answer(get(server)).body()).isEqualTo("hello");
    }
  }

  @Test
  void someAnswersHaveNoBody() {
    AtomicInteger opened = new AtomicInteger();
    try (RawServer server = answering(opened, "HTTP/1.1 204 No Content\r\n\r\n", OK)) {
      assertThat(answer(get(server)).body()).isEmpty();
      assertThat(answer(get(server)).body()).isEqualTo("ok");
      assertThat(opened).hasValue(1);
    }
  }

  @Test
  void headersAreFoundWhateverTheirCase() {
    try (RawServer server =
        RawServer.answering(
            "HTTP/1.1 503 busy\r\nRETRY-after:  3 \r\nA: 1\r\na: 2\r\nContent-Length: 0\r\n\r\n")) {
      HttpResponse<String> answer = answer(get(server));
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).contains("3");
      assertThat(answer.headers().allValues("A")).containsExactly("1", "2");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SSH-2.0-OpenSSH|SSH-2.0-OpenSSH",
        "HTTP/2 200|HTTP/2 200",
        "HTTP/1.1 99 low|99 low",
        "HTTP/1.1 101 Switching Protocols\\r\\n|another protocol",
        "HTTP/1.1 200 OK\\r\\nno colon|no colon",
        "HTTP/1.1 200 OK\\r\\n: no name|no name",
        "HTTP/1.1 200 OK\\r\\nA\u0001: no name|no name",
        "HTTP/1.1 200 OK\\r\\nA : no name|no name",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 12x|12x",
        "HTTP/1.1 200 OK\\r\\nContent-Length: -1|-1",
        "HTTP/1.1 200 OK\\r\\nContent-Length:|Content-Length",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 9999999999999999999|9999999999999999999",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\nContent-Length: 2|Content-Length",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: gzip, chunked|gzip, chunked",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n-1|-1",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nfffffffffffffffff|ffff",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1\\r\\nab|longer than it says",
      })
  void whatIsNoHttpIsRefusedWithWhatItSaid(String answer, String message) {
    String bytes = answer.replace("\\r\\n", "\r\n") + "\r\n\r\n";
    try (RawServer server = RawServer.answering(bytes)) {
      assertThatThrownBy(() -> answer(get(server)))
          .hasCauseInstanceOf(ProtocolException.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void aHeadWithoutEndIsRefused() {
    try (RawServer server =
        RawServer.answering("HTTP/1.1 200 OK\r\nA: " + "a".repeat(500_000) + "\r\n\r\n")) {
      assertThatThrownBy(() -> answer(get(server)))
          .hasCauseInstanceOf(ProtocolException.class)
          .hasMessageContaining("head has more than");
    }
  }

  @Test
  void anAnswerThatIsCutOffIsNone() {
    try (RawServer server =
        RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nok")) {
      assertThatThrownBy(() -> answer(get(server))).hasCauseInstanceOf(EOFException.class);
    }
  }

  /** While it is still being sent. */
  @Test
  void aLongBodyMayBeRefusedBeforeItIsRead() {
    try (RawServer server =
        new RawServer(
            connection -> {
              write(connection, "HTTP/1.1 413 too long\r\nContent-Length: 5\r\n\r\nshort");
              RawServer.awaitEnd(connection);
            },
            false)) {
      HttpResponse<String> answer = answer(post(server, new byte[64 << 20]));
      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.body()).isEqualTo("short");
    }
  }

  @Test
  void aCallThatIsCancelledClosesItsConnection() throws Exception {
    CountDownLatch came = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    try (RawServer server =
        new RawServer(
            connection -> {
              write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
              came.countDown();
              try {
                RawServer.awaitEnd(connection);
              } finally {
                // A reset, where the client has not read everything.
                ended.countDown();
              }
            })) {
      CompletableFuture<HttpResponse<String>> call =
          connections.send(get(server), BodyHandlers.ofString());
      came.await();
      call.cancel(true);
      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void idleConnectionsAreClosedInTheEnd() throws Exception {
    CountDownLatch ended = new CountDownLatch(2);
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.awaitEnd(connection);
                  ended.countDown();
                },
                false);
        ConnectionPool pool = new ConnectionPool(Duration.ofMillis(20))) {
      URI url = URI.create(server.url());
      Connector connector = new Connector(Duration.ofSeconds(5), null);
      pool.giveBack(Origin.of(url), connector.open(url, opening -> {}));
      pool.giveBack(Origin.of(url), connector.open(url, opening -> {}));
      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(pool.take(Origin.of(url))).isNull();
    }
  }

  @Test
  void closingClosesIdleConnections() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (RawServer server =
        new RawServer(
            connection -> {
              write(connection, OK);
              RawServer.awaitEnd(connection);
              ended.countDown();
            })) {
      answer(get(server));
      connections.close();
      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aProxyIsToldWhereToGo() {
    CompletableFuture<String> target = new CompletableFuture<>();
    try (RawServer proxy =
        new RawServer(
            connection -> {
              StringBuilder head = new StringBuilder();
              while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) connection.getInputStream().read());
              }
              target.complete(head.toString());
              write(connection, head.indexOf("CONNECT") == 0 ? "HTTP/1.1 407 no\r\n\r\n" : OK);
            },
            false)) {
      withProxy(
          proxy,
          () -> {
            assertThat(
                    answer(HttpRequest.newBuilder(URI.create("http://a.invalid:81/b?c")).build())
                        .body())
                .isEqualTo("ok");
            assertThat(target.join())
                .startsWith("GET http://a.invalid:81/b?c HTTP/1.1\r\nHost: a.invalid:81\r\n");
            assertThatThrownBy(
                    () -> answer(HttpRequest.newBuilder(URI.create("https://a.invalid/")).build()))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("connect to a.invalid:443 with status 407");
          });
    }
  }

  @Test
  void aProxyThatDoesNotAnswerIsNoConnection() {
    HttpConnections hasty = new HttpConnections(Duration.ofMillis(200), null);
    try (RawServer proxy = new RawServer(RawServer::awaitEnd, false)) {
      withProxy(
          proxy,
          () ->
              assertThatThrownBy(
                      () ->
                          hasty
                              .send(
                                  HttpRequest.newBuilder(URI.create("https://a.invalid/")).build(),
                                  BodyHandlers.ofString())
                              .join())
                  .hasCauseInstanceOf(HttpConnectTimeoutException.class)
                  .hasMessageContaining("no connection within 200 ms"));
    } finally {
      hasty.close();
    }
  }

  @Test
  void theLengthOfABodyIsNotTheCallersToSay() {
    try (RawServer server = RawServer.answering(OK)) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.url()))
              .header("Transfer-Encoding", "chunked")
              .build();
      assertThatThrownBy(() -> answer(request))
          .hasCauseInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Transfer-Encoding");
    }
  }

  @Test
  void aClosedClientSendsNothing() {
    connections.close();
    try (RawServer server = RawServer.answering(OK)) {
      assertThatThrownBy(() -> answer(get(server)))
          .hasCauseInstanceOf(IOException.class)
          .hasMessageContaining("closed");
      assertThat(server.requests()).isZero();
    }
  }

  private static void withProxy(RawServer proxy, Runnable test) {
    ProxySelector before = ProxySelector.getDefault();
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            if (!uri.getHost().equals("a.invalid")) {
              return before.select(uri);
            }
            URI url = URI.create(proxy.url());
            return List.of(
                new Proxy(Proxy.Type.HTTP, new InetSocketAddress(url.getHost(), url.getPort())));
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            before.connectFailed(uri, address, failure);
          }
        });
    try {
      test.run();
    } finally {
      ProxySelector.setDefault(before);
    }
  }
}
