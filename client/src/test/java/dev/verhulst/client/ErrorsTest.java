package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verhulst.client.error.AccessDeniedException;
import dev.verhulst.client.error.ConnectionException;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.error.NotFoundException;
import dev.verhulst.client.error.ProtocolException;
import dev.verhulst.client.error.RequestTimeoutException;
import dev.verhulst.client.error.ServerErrorException;
import dev.verhulst.client.error.UnavailableException;
import dev.verhulst.client.error.UnsupportedRequestException;
import dev.verhulst.client.error.VerhulstException;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Reply;
import dev.verhulst.client.server.RawServer;
import dev.verhulst.client.transport.RetryPolicy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One exception type per kind of error, with the server's words. */
class ErrorsTest {

  private static final float[] X = {1};

  private static VerhulstClient once(String url) {
    return VerhulstClient.builder(url).retryPolicy(RetryPolicy.none()).build();
  }

  static Arguments[] statuses() {
    return new Arguments[] {
      Arguments.of(400, InvalidRequestException.class),
      Arguments.of(413, InvalidRequestException.class),
      Arguments.of(422, InvalidRequestException.class),
      Arguments.of(401, AccessDeniedException.class),
      Arguments.of(403, AccessDeniedException.class),
      Arguments.of(404, NotFoundException.class),
      Arguments.of(405, UnsupportedRequestException.class),
      Arguments.of(501, UnsupportedRequestException.class),
      Arguments.of(408, RequestTimeoutException.class),
      Arguments.of(504, RequestTimeoutException.class),
      Arguments.of(429, UnavailableException.class),
      Arguments.of(502, UnavailableException.class),
      Arguments.of(503, UnavailableException.class),
      Arguments.of(500, ServerErrorException.class),
      Arguments.of(507, ServerErrorException.class),
      Arguments.of(302, ProtocolException.class),
    };
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void everyStatusHasItsType(int status, Class<? extends VerhulstException> type) {
    try (FakeServer server = new FakeServer().reply(Reply.error(status, "what was wrong"));
        VerhulstClient client = once(server.url())) {
      VerhulstException error =
          catchThrowableOfType(VerhulstException.class, () -> client.sigmoid(X));
      assertThat(error)
          .isExactlyInstanceOf(type)
          .hasMessageContaining("what was wrong")
          .hasMessageContaining("status " + status)
          .hasMessageContaining(server.url() + "/v2/models/sigmoid/infer");
      assertThat(error.status()).hasValue(status);
      assertThat(error.model()).hasValue("sigmoid");
      assertThat(error.serverMessage()).hasValue("what was wrong");
      assertThat(error.getStackTrace())
          .as("the trace of the thread that called")
          .anyMatch(frame -> frame.getClassName().equals(ErrorsTest.class.getName()));
      assertThatThrownBy(() -> client.async().sigmoid(X).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseExactlyInstanceOf(type);
    }
  }

  @Test
  void everyTypeIsCovered() {
    Set<Class<?>> covered = new HashSet<>();
    Arrays.stream(statuses()).forEach(arguments -> covered.add((Class<?>) arguments.get()[1]));
    covered.add(ConnectionException.class);
    covered.add(dev.verhulst.client.error.CallCancelledException.class);
    assertThat(covered).containsExactlyInAnyOrder(VerhulstException.class.getPermittedSubclasses());
  }

  @Test
  void retryAfterIsHandedOn() {
    try (FakeServer server =
            new FakeServer().reply(Reply.error(503, "full").with("Retry-After", "120"));
        VerhulstClient client = once(server.url())) {
      UnavailableException error =
          catchThrowableOfType(UnavailableException.class, () -> client.sigmoid(X));
      assertThat(error.retryAfter()).hasValue(Duration.ofMinutes(2));
    }
  }

  @Test
  void anExceptionMayTravelAsAnObject() throws IOException, ClassNotFoundException {
    try (FakeServer server = new FakeServer().reply(Reply.error(400, "no"));
        VerhulstClient client = once(server.url())) {
      VerhulstException error =
          catchThrowableOfType(VerhulstException.class, () -> client.sigmoid(X));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      new ObjectOutputStream(bytes).writeObject(error);
      VerhulstException copy =
          (VerhulstException)
              new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
      assertThat(copy).hasMessage(error.getMessage());
      assertThat(copy.status()).hasValue(400);
      assertThat(copy.model()).hasValue("sigmoid");
      assertThat(copy.serverMessage()).hasValue("no");
    }
  }

  @Test
  void bodiesThatAreNotTheProtocolsAreShownAsTheyAre() {
    assertThat(messageOf("{\"detail\": \"model not found\"}")).hasValue("model not found");
    assertThat(messageOf("<html>Bad Gateway</html>")).hasValue("<html>Bad Gateway</html>");
    assertThat(messageOf("{\"error\": {\"code\": 3}}")).hasValue("{\"error\": {\"code\": 3}}");
    assertThat(messageOf("{\"error\": " + "[".repeat(2000)).orElseThrow())
        .as("deeper than JSON is read")
        .startsWith("{\"error\": [[[");
    assertThat(messageOf("")).isEmpty();
    assertThat(messageOf("x".repeat(2000)).orElseThrow()).hasSize(503).endsWith("x...");
  }

  private static java.util.Optional<String> messageOf(String body) {
    try (FakeServer server = new FakeServer().reply(Reply.text(400, body));
        VerhulstClient client = once(server.url())) {
      return catchThrowableOfType(VerhulstException.class, client::serverMetadata).serverMessage();
    }
  }

  @Test
  void aRefusedConnection() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (VerhulstClient client = once("http://localhost:" + port)) {
      ConnectionException error =
          catchThrowableOfType(ConnectionException.class, () -> client.sigmoid(X));
      assertThat(error.refused()).isTrue();
      assertThat(error).hasMessageContaining("connection refused").hasMessageContaining(":" + port);
      assertThat(error.status()).isEmpty();
      assertThat(client.isLive()).isFalse();
      assertThat(client.async().isReady().join()).isFalse();
    }
  }

  @Test
  void anUnknownHost() {
    try (VerhulstClient client = once("http://no-such-host.invalid:8000")) {
      ConnectionException error =
          catchThrowableOfType(ConnectionException.class, () -> client.sigmoid(X));
      assertThat(error.refused()).isFalse();
      assertThatThrownBy(client::isLive).isInstanceOf(ConnectionException.class);
      assertThatThrownBy(() -> client.async().isLive().join())
          .hasCauseInstanceOf(ConnectionException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"model_name\"",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nInference-Header-Content-Length: 50\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"mod"
      })
  void aConnectionThatBreaks(String beginning) {
    try (RawServer server = RawServer.answering(beginning);
        VerhulstClient client = once(server.url())) {
      ConnectionException error =
          catchThrowableOfType(ConnectionException.class, () -> client.sigmoid(X));
      assertThat(error.refused()).isFalse();
      assertThat(error).hasMessageContaining("connection failed");
    }
  }

  @Test
  void aLengthThatIsNoNumber() {
    try (RawServer server =
            RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n{}");
        VerhulstClient client = once(server.url())) {
      assertThatThrownBy(() -> client.sigmoid(X))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("abc");
      assertThatThrownBy(client::serverMetadata).isInstanceOf(ProtocolException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
      })
  void anAnswerThatIsNoHttp(String bytes) {
    try (RawServer server = RawServer.answering(bytes);
        VerhulstClient client = once(server.url())) {
      assertThatThrownBy(() -> client.sigmoid(X))
          .isInstanceOfAny(ProtocolException.class, ConnectionException.class);
    }
  }
}
