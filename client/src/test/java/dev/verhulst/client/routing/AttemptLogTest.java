package dev.verhulst.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.TransportFailure;
import java.net.ConnectException;
import java.net.URI;
import java.text.MessageFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AttemptLogTest {

  private final FailedCall call =
      FailedCall.unanswered("GET", URI.create("http://localhost:8000/v2"), null);
  private final List<String> lines = new ArrayList<>();
  private Instant now = Instant.EPOCH;

  private AttemptLog begin(System.Logger.Level level) {
    return AttemptLog.begin(call, () -> now, new RecordingLogger(level));
  }

  @Test
  void anAttemptIsLoggedWhenItEnds() {
    AttemptLog log = begin(System.Logger.Level.DEBUG);
    assertThat(lines).isEmpty();
    now = now.plusMillis(17);
    log.end(TransportFailure.unanswered(call, new ConnectException("refused")));
    log.end(TransportFailure.answered(call.answered(503, "full"), null));
    log.end(null);
    assertThat(lines)
        .containsExactly(
            "GET http://localhost:8000/v2: java.net.ConnectException: refused after 17 ms",
            "GET http://localhost:8000/v2: status 503 after 17 ms",
            "GET http://localhost:8000/v2: success after 17 ms");
  }

  @Test
  void nothingIsLoggedAboveDebug() {
    begin(System.Logger.Level.INFO).end(new IllegalStateException());
    assertThat(lines).isEmpty();
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
