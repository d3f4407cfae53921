package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.RequestTimeoutException;
import dev.verhulst.client.error.UnavailableException;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.transport.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Requests that wait: the service holds them back for 30 s in hope of company, in a queue of two,
 * so that what happens meanwhile can be seen.
 */
class WaitingRequestsIT {

  private static final float[] X = {0};
  private static final String PENDING = "nv_inference_pending_request_count";
  private static final String FAILURES = "nv_inference_request_failure";

  private static ServiceProcess service;
  private static VerhulstClient client;

  @BeforeAll
  static void start() {
    service =
        ServiceProcess.start(
            "--verhulst.models.relu.batching.max-queue-delay-microseconds=30000000",
            "--verhulst.models.relu.batching.max-queue-size=2");
    client = VerhulstClient.builder(service.url()).retryPolicy(RetryPolicy.none()).build();
  }

  @AfterAll
  static void stop() {
    try {
      client.close();
      service.assertNoOpenLease();
    } finally {
      service.close();
    }
  }

  @AfterEach
  void theQueueIsEmptyAgain() {
    awaitPending(0);
    assertThat(client.isLive()).isTrue();
  }

  private static void awaitPending(int count) {
    service.await(
        count + " requests in the queue",
        () -> service.metrics().sum(PENDING, "model=\"relu\"") == count);
  }

  private static double cancelled() {
    return service.metrics().sum(FAILURES, "model=\"relu\"", "reason=\"CANCELED\"");
  }

  @Test
  void aClientThatLeavesFreesItsPlace() {
    double before = cancelled();
    CompletableFuture<float[]> waiting = client.async().relu(X);
    awaitPending(1);
    waiting.cancel(true);
    long left = System.nanoTime();
    awaitPending(0);
    assertThat(Duration.ofNanos(System.nanoTime() - left)).isLessThan(Duration.ofSeconds(15));
    service.await("the cancelled request to be counted", () -> cancelled() == before + 1);
  }

  @Test
  void aClientThatLosesPatienceSaysTimeoutAndFreesItsPlace() {
    double before = cancelled();
    assertThatThrownBy(() -> client.withTimeout(Duration.ofMillis(300)).relu(X))
        .isInstanceOf(RequestTimeoutException.class)
        .hasMessageContaining("timeout");
    service.await("the cancelled request to be counted", () -> cancelled() == before + 1);
  }

  @Test
  void aRequestsOwnTimeoutCounts() {
    InferenceRequest impatient =
        InferenceRequest.builder("relu")
            .queueTimeout(Duration.ofMillis(200))
            .input("x", Tensor.of(X))
            .build();
    long sent = System.nanoTime();
    assertThatThrownBy(() -> client.infer(impatient))
        .isInstanceOf(RequestTimeoutException.class)
        .hasMessageContaining("status 504");
    assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aFullQueueRefusesAtOnceAndSaysWhenToComeBack() {
    CompletableFuture<float[]> first = client.async().relu(X);
    CompletableFuture<float[]> second = client.async().relu(X);
    awaitPending(2);
    assertThatThrownBy(() -> client.relu(X))
        .isInstanceOfSatisfying(
            UnavailableException.class,
            e -> {
              assertThat(e.status()).hasValue(503);
              assertThat(e.retryAfter()).isPresent();
            });
    assertThat(client.sigmoid(X)).as("other models do not mind").containsExactly(0.5f);
    first.cancel(true);
    second.cancel(true);
  }
}
