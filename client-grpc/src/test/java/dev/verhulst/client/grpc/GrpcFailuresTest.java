package dev.verhulst.client.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.Failures;
import dev.verhulst.client.error.RequestTimeoutException;
import dev.verhulst.client.error.TransportFailure;
import dev.verhulst.client.transport.RetryPolicy;
import io.grpc.Status;
import io.netty.channel.ConnectTimeoutException;
import java.net.URI;
import org.junit.jupiter.api.Test;

class GrpcFailuresTest {

  private static final FailedCall CALL =
      FailedCall.unanswered("ModelInfer", URI.create("grpc://localhost:8001"), "m");

  /** As over HTTP: the server may be there, and too slow, and the call's time is being spent. */
  @Test
  void aConnectTimeoutIsATimeoutAndNoRefusal() {
    TransportFailure failure =
        of(
            Status.UNAVAILABLE
                .withDescription("io exception")
                .withCause(new ConnectTimeoutException("connection timed out after 10000 ms")));
    assertThat(failure.refused()).isFalse();
    assertThat(RetryPolicy.isRetryable(failure)).isFalse();
    assertThat(Failures.ofThrowable(failure, CALL))
        .isInstanceOf(RequestTimeoutException.class)
        .hasMessageContaining("connection timed out after 10000 ms");
  }

  private static TransportFailure of(Status status) {
    ServerAnswer none = new ServerAnswer(new Reconnection(new FakeChannel()));
    return GrpcFailures.of(CALL, status.asRuntimeException(), none);
  }
}
