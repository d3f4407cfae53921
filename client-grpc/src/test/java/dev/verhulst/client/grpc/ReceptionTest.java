package dev.verhulst.client.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.error.FailedCall;
import io.grpc.Status;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReceptionTest {

  private static final OutOfMemoryError ERROR = new OutOfMemoryError("direct buffer memory");

  private final Reconnection reconnection = new Reconnection(new FakeChannel());

  /** As where there is no memory for a direct output. */
  @Test
  void anErrorWhileAMessageIsReadEndsTheCall() {
    Reception<String, String> reception =
        reception(
            message -> {
              throw ERROR;
            });
    reception.onSuccess("message");
    assertThat(failureOf(reception)).isSameAs(ERROR);
  }

  /** The server has no part in it, whatever the status says. */
  @Test
  void anErrorWithinGrpcIsItselfWhatTheCallFailsWith() {
    Reception<String, String> reception = reception(message -> message);
    reception.onFailure(Status.INTERNAL.withCause(ERROR).asRuntimeException());
    assertThat(failureOf(reception)).isSameAs(ERROR);
  }

  /** Even the first to hear that the call is given up has its buffers for itself. */
  @Test
  void aMessageThatNobodyWaitsForIsNotRead() {
    List<String> read = new ArrayList<>();
    Reception<String, Boolean> reception = reception(read::add);
    CompletableFuture<Boolean> heard =
        reception.answer().whenComplete((value, failure) -> reception.onSuccess("message"));
    reception.answer().cancel(true);
    assertThat(heard).isDone();
    assertThat(read).isEmpty();
  }

  private static Throwable failureOf(Reception<?, ?> reception) {
    return reception.answer().handle((value, failure) -> failure).join();
  }

  private <T> Reception<String, T> reception(Reception.Reader<String, T> reader) {
    FailedCall call = FailedCall.unanswered("ModelInfer", URI.create("grpc://localhost:8001"), "m");
    return new Reception<>(
        call, Duration.ofSeconds(1), reader, new ServerAnswer(reconnection), reconnection);
  }
}
