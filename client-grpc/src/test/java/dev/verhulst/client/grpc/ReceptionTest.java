package dev.verhulst.client.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.error.FailedCall;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReceptionTest {

  private static final OutOfMemoryError ERROR = new OutOfMemoryError("direct buffer memory");

  private final ManagedChannel channel =
      NettyChannelBuilder.forAddress("localhost", 1).usePlaintext().build();

  @AfterEach
  void close() {
    channel.shutdownNow();
  }

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

  @Test
  void aMessageThatNobodyWaitsForIsNotRead() {
    Reception<String, String> reception =
        reception(
            message -> {
              throw new AssertionError("is read");
            });
    reception.answer().cancel(true);
    reception.onSuccess("message");
    assertThat(reception.answer()).isCancelled();
  }

  private static Throwable failureOf(Reception<?, ?> reception) {
    return reception.answer().handle((value, failure) -> failure).join();
  }

  private <T> Reception<String, T> reception(Reception.Reader<String, T> reader) {
    FailedCall call =
        FailedCall.unanswered("ModelInfer", URI.create("grpc://localhost:8001"), "m");
    return new Reception<>(call, reader, new ServerAnswer(), channel);
  }
}
