package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.error.ConnectionException;
import dev.verhulst.client.error.RequestTimeoutException;
import dev.verhulst.client.error.UnavailableException;
import dev.verhulst.client.error.VerhulstException;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Reply;
import dev.verhulst.client.server.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is attempted again, on real sockets, with waits that are recorded in place of waited. */
class RetriesTest {

  private static final Instant NOW = Instant.parse("2026-11-23T18:00:00Z");
  private static final Reply VALUE =
      Reply.json(
          "{\"model_name\":\"sigmoid\",\"outputs\":"
              + "[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[0.5]}]}");

  private final List<Duration> waits = new CopyOnWriteArrayList<>();

  private VerhulstClientBuilder builder(String url) {
    return VerhulstClient.builder(url)
        .clock(() -> NOW)
        .random(() -> 0L)
        .sleeper(
            wait -> {
              waits.add(wait);
              return CompletableFuture.completedFuture(null);
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504})
  void statusesThatMayPassAreTriedAgainUntilTheyDo(int status) {
    Reply busy = Reply.error(status, "busy");
    try (FakeServer server = new FakeServer().reply(busy, busy, VALUE);
        VerhulstClient client = builder(server.url()).build()) {
      assertThat(client.sigmoid(new float[] {0})).containsExactly(0.5f);
      assertThat(waits).containsExactly(Duration.ofMillis(100), Duration.ofMillis(200));
      assertThat(server.received()).hasSize(3);
      assertThat(server.received().get(2).body())
          .as("the whole body again")
          .isEqualTo(server.received().get(0).body())
          .isNotEmpty();
    }
  }

  @Test
  void aStatusCountsAlsoWhereItsBodyCannotBeUnfolded() {
    try (FakeServer server =
            new FakeServer()
                .reply(
                    Reply.error(503, "busy").with("Content-Encoding", "br"),
                    Reply.error(503, "busy").with("Content-Encoding", "gzip"),
                    Reply.text(503, "").with("Content-Encoding", "gzip"),
                    VALUE);
        VerhulstClient client = builder(server.url()).build()) {
      assertThat(client.sigmoid(new float[] {0})).containsExactly(0.5f);
      assertThat(server.received()).hasSize(4);
    }
  }

  @Test
  void retriesComeToAnEnd() {
    try (FakeServer server = new FakeServer().reply(Reply.error(503, "busy"));
        VerhulstClient client = builder(server.url()).build()) {
      assertThatThrownBy(() -> client.sigmoid(new float[] {0}))
          .isInstanceOf(UnavailableException.class);
      assertThat(server.received()).hasSize(4);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 408, 409, 413, 422, 429, 500, 501, 505, 302})
  void noOtherStatusIsTriedAgain(int status) {
    try (FakeServer server = new FakeServer().reply(Reply.error(status, "no"), VALUE);
        VerhulstClient client = builder(server.url()).build()) {
      assertThatThrownBy(() -> client.sigmoid(new float[] {0}))
          .isInstanceOf(VerhulstException.class);
      assertThat(server.received()).hasSize(1);
      assertThat(waits).isEmpty();
    }
  }

  @Test
  void healthChecksAreNotTriedAgain() {
    try (FakeServer server = new FakeServer().reply(Reply.error(503, "starting"));
        VerhulstClient client = builder(server.url()).build()) {
      assertThat(client.isReady()).isFalse();
      assertThat(client.async().isModelReady("m").join()).isFalse();
      assertThat(server.received()).hasSize(2);
    }
  }

  @Test
  void aRefusedConnectionIsTriedAgain() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (VerhulstClient client = builder("http://localhost:" + port).build()) {
      assertThatThrownBy(() -> client.sigmoid(new float[] {0}))
          .isInstanceOf(ConnectionException.class);
      assertThat(waits)
          .containsExactly(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400));
    }
  }

  @Test
  void aConnectionThatBreaksIsNotTriedAgain() {
    try (RawServer server =
            RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"mod");
        VerhulstClient client = builder(server.url()).build()) {
      assertThatThrownBy(() -> client.sigmoid(new float[] {0}))
          .isInstanceOf(ConnectionException.class);
      assertThat(server.requests()).isEqualTo(1);
      assertThat(waits).isEmpty();
    }
  }

  @Test
  void aConnectionThatIsClosedWithoutAnAnswerIsNotTriedAgain() {
    try (RawServer server = RawServer.answering("");
        VerhulstClient client = builder(server.url()).build()) {
      assertThatThrownBy(() -> client.sigmoid(new float[] {0}))
          .isInstanceOf(ConnectionException.class);
      assertThat(server.requests()).isEqualTo(1);
      assertThat(waits).isEmpty();
    }
  }

  @Test
  void aTimeoutIsNotTriedAgain() {
    try (RawServer server = new RawServer(RawServer::awaitEnd);
        VerhulstClient client = builder(server.url()).timeout(Duration.ofMillis(200)).build()) {
      assertThatThrownBy(() -> client.sigmoid(new float[] {0}))
          .isInstanceOf(RequestTimeoutException.class);
      assertThat(server.requests()).isEqualTo(1);
      assertThat(waits).isEmpty();
    }
  }

  @Test
  void aLongerRetryAfterCountsInPlaceOfTheBackoff() {
    Reply busy = Reply.error(503, "busy");
    try (FakeServer server =
            new FakeServer()
                .reply(
                    busy.with("Retry-After", "7"),
                    busy.with("Retry-After", "Mon, 23 Nov 2026 18:00:30 GMT"),
                    busy.with("Retry-After", "0"),
                    VALUE);
        VerhulstClient client = builder(server.url()).build()) {
      assertThat(client.sigmoid(new float[] {0})).containsExactly(0.5f);
      assertThat(waits)
          .containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(30), Duration.ofMillis(400));
    }
  }

  @Test
  void aRetryAfterThatIsTooLongEndsTheCall() {
    try (FakeServer server =
            new FakeServer().reply(Reply.error(503, "busy").with("Retry-After", "61"), VALUE);
        VerhulstClient client = builder(server.url()).timeout(Duration.ofHours(1)).build()) {
      assertThatThrownBy(() -> client.sigmoid(new float[] {0}))
          .isInstanceOf(UnavailableException.class);
      assertThat(waits).isEmpty();
    }
  }

  @Test
  void aWaitThatWouldOutlastTheTimeoutIsNotBegun() {
    try (FakeServer server =
            new FakeServer().reply(Reply.error(503, "busy").with("Retry-After", "5"), VALUE);
        VerhulstClient client = builder(server.url()).timeout(Duration.ofSeconds(5)).build()) {
      assertThatThrownBy(() -> client.sigmoid(new float[] {0}))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("busy");
      assertThat(waits).isEmpty();
    }
  }

  @Test
  void cancellingEndsTheRetries() {
    CompletableFuture<@Nullable Void> pause = new CompletableFuture<>();
    try (FakeServer server = new FakeServer().reply(Reply.error(503, "busy"), VALUE);
        VerhulstClient client =
            builder(server.url())
                .sleeper(
                    wait -> {
                      waits.add(wait);
                      return pause;
                    })
                .build()) {
      CompletableFuture<float[]> call = client.async().sigmoid(new float[] {0});
      Eventually.isTrue(() -> waits.size() == 1);
      call.cancel(true);
      assertThat(pause).isCancelled();
      assertThat(server.received()).hasSize(1);
    }
  }
}
