package dev.verhulst.client.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.MessageFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoggingTransportTest {

  private final List<String> lines = new ArrayList<>();
  private final CompletableFuture<HttpResponse<?>> answer = new CompletableFuture<>();
  private final HttpRequest request =
      HttpRequest.newBuilder(URI.create("http://localhost:8000/v2"))
          .header("Authorization", "secret")
          .build();
  private Instant now = Instant.EPOCH;

  @Test
  void anAttemptIsLoggedWhenItEnds() {
    send(System.Logger.Level.DEBUG);
    assertThat(lines).isEmpty();
    now = now.plusMillis(17);
    answer.completeExceptionally(new java.net.ConnectException("refused"));
    assertThat(lines)
        .containsExactly(
            "GET http://localhost:8000/v2: java.net.ConnectException: refused after 17 ms");
  }

  @Test
  void nothingIsLoggedAboveDebug() {
    send(System.Logger.Level.INFO);
    answer.completeExceptionally(new java.net.ConnectException("refused"));
    assertThat(lines).isEmpty();
  }

  private void send(System.Logger.Level level) {
    Transport transport =
        new LoggingTransport(new Delegate(), () -> now, new RecordingLogger(level));
    CompletableFuture<HttpResponse<Void>> sent =
        transport.send(request, HttpResponse.BodyHandlers.discarding());
    assertThat(sent).isNotDone();
  }

  /** Gives the answer when the test does. */
  private final class Delegate implements Transport {

    @Override
    @SuppressWarnings("unchecked") // The test's answers have no body.
    public <B> CompletableFuture<HttpResponse<B>> send(
        HttpRequest sent, HttpResponse.BodyHandler<B> bodyHandler) {
      return (CompletableFuture<HttpResponse<B>>) (CompletableFuture<?>) answer;
    }

    @Override
    public void close() {}
  }

  /** Keeps the lines. */
  private final class RecordingLogger implements System.Logger {

    private final Level level;

    RecordingLogger(Level level) {
      this.level = level;
    }

    @Override
    public String getName() {
      return "recording";
    }

    @Override
    public boolean isLoggable(Level asked) {
      return asked.getSeverity() >= level.getSeverity();
    }

    @Override
    public void log(
        Level at, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
      lines.add(message);
    }

    @Override
    public void log(
        Level at, @Nullable ResourceBundle bundle, String format, @Nullable Object... parameters) {
      lines.add(MessageFormat.format(format, parameters));
    }
  }
}
