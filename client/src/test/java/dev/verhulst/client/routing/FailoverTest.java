package dev.verhulst.client.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.verhulst.client.error.TransportFailure;
import dev.verhulst.client.listener.CallEnd;
import dev.verhulst.client.listener.CallListener;
import dev.verhulst.client.listener.CallStart;
import dev.verhulst.client.listener.ClientListener;
import dev.verhulst.client.listener.Retry;
import dev.verhulst.client.metadata.ServerMetadata;
import dev.verhulst.client.transport.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which endpoint gets which attempt, with time that passes by hand. */
class FailoverTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Operation<ServerMetadata> CALL =
      Operation.of("serverMetadata", null, (transport, time) -> transport.serverMetadata(time));

  private final ManualTime time = new ManualTime();
  private final FakeTransport a = new FakeTransport("http://a");
  private final FakeTransport b = new FakeTransport("http://b");
  private final FakeTransport c = new FakeTransport("http://c");
  private final Recorder recorder = new Recorder();

  private Router router(LoadBalancing loadBalancing, FakeTransport... transports) {
    return new Router(
        List.of(transports),
        RetryPolicy.standard(),
        FailoverPolicy.standard().withLoadBalancing(loadBalancing),
        time,
        () -> 0L,
        time,
        recorder);
  }

  private CompletableFuture<ServerMetadata> call(Router router) {
    return router.send(CALL, null, Duration.ofSeconds(60));
  }

  @Test
  void roundRobinTakesEachInTurn() {
    Router router = router(LoadBalancing.ROUND_ROBIN, a, b, c);
    for (int i = 0; i < 6; i++) {
      assertThat(call(router)).isCompletedWithValue(FakeTransport.VALUE);
    }
    assertThat(a.attempts).hasSize(2);
    assertThat(b.attempts).hasSize(2);
    assertThat(c.attempts).hasSize(2);
  }

  @Test
  void leastOutstandingAvoidsTheBusy() {
    a.thenHang().thenHang();
    Router router = router(LoadBalancing.LEAST_OUTSTANDING, a, b);
    call(router);
    for (int i = 0; i < 5; i++) {
      call(router);
    }
    assertThat(a.attempts).hasSize(1);
    assertThat(b.attempts).hasSize(5);
    a.attempts.get(0).complete(FakeTransport.VALUE);
    call(router);
    assertThat(a.attempts).hasSize(2);
  }

  @Test
  void cancelledCallsAreNotOutstanding() {
    a.thenHang();
    Router router = router(LoadBalancing.LEAST_OUTSTANDING, a, b);
    call(router).cancel(true);
    assertThat(a.attempts.get(0)).isCancelled();
    b.thenHang();
    call(router);
    call(router);
    assertThat(a.attempts).hasSize(2);
  }

  @Test
  void attemptsThatCouldNotBeginAreNotOutstanding() {
    Operation<ServerMetadata> broken =
        Operation.of(
            "serverMetadata",
            null,
            (transport, left) -> {
              throw new NoClassDefFoundError("what the request is made of");
            });
    Router router = router(LoadBalancing.LEAST_OUTSTANDING, a, b);
    assertThat(router.send(broken, router.pool().endpoint(a.endpoint()), SECOND))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingRootCause()
        .isInstanceOf(NoClassDefFoundError.class);
    call(router);
    call(router);
    assertThat(a.attempts).hasSize(1);
    assertThat(b.attempts).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 502, 503, 504})
  void afterAFailureAnotherEndpointTakesItAtOnce(int status) {
    if (status == 0) {
      a.thenRefuse();
    } else {
      a.thenStatus(status, null);
    }
    Router router = router(LoadBalancing.ROUND_ROBIN, a, b);
    assertThat(call(router)).isCompletedWithValue(FakeTransport.VALUE);
    assertThat(a.attempts).hasSize(1);
    assertThat(b.attempts).hasSize(1);
    assertThat(recorder.retries).singleElement().extracting(Retry::pause).isEqualTo(Duration.ZERO);
    assertThat(recorder.ends)
        .singleElement()
        .isEqualTo(new CallEnd("fake", b.endpoint(), 2, Duration.ZERO));
    call(router);
    call(router);
    assertThat(a.attempts).as("a is out of service").hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 413, 429, 500})
  void whatTheRequestDidWrongIsNeitherTriedElsewhereNorHeldAgainstTheEndpoint(int status) {
    a.thenStatus(status, null);
    Router router = router(LoadBalancing.ROUND_ROBIN, a, b);
    assertThat(call(router)).isCompletedExceptionally();
    assertThat(b.attempts).isEmpty();
    call(router);
    call(router);
    assertThat(a.attempts).as("a stays in service").hasSize(2);
    assertThat(recorder.failures).hasSize(1);
  }

  @Test
  void aBrokenConnectionTakesTheEndpointOutButIsNotTriedAgain() {
    a.thenBreak(new IOException("reset"));
    Router router = router(LoadBalancing.ROUND_ROBIN, a, b);
    assertThat(call(router)).isCompletedExceptionally();
    assertThat(b.attempts).isEmpty();
    call(router);
    call(router);
    assertThat(a.attempts).hasSize(1);
  }

  @Test
  void anEndpointComesBackAfterAProbeAndNotBefore() {
    a.thenRefuse();
    Router router = router(LoadBalancing.ROUND_ROBIN, a, b);
    call(router);
    time.pass(Duration.ofMillis(999));
    assertThat(a.probes).isZero();
    time.pass(Duration.ofMillis(1));
    assertThat(a.probes).as("not ready yet").isEqualTo(1);
    time.pass(Duration.ofMillis(1999));
    assertThat(a.probes).isEqualTo(1);
    a.ready = true;
    call(router);
    assertThat(a.attempts).hasSize(1);
    time.pass(Duration.ofMillis(1));
    assertThat(a.probes).isEqualTo(2);
    call(router);
    call(router);
    assertThat(a.attempts).as("back").hasSize(2);
    assertThat(time.sleeping()).isZero();
  }

  @Test
  void probesAreNeverFurtherApartThanTheLongestInterval() {
    a.thenRefuse();
    Router router = router(LoadBalancing.ROUND_ROBIN, a, b);
    call(router);
    time.pass(Duration.ofMinutes(10));
    assertThat(a.probes).isBetween(20, 25);
    router.close();
    assertThat(time.sleeping()).as("no probes after the end").isZero();
    assertThat(a.closed && b.closed).isTrue();
  }

  @Test
  void aRetryAfterKeepsItsEndpointOutAndNoOther() {
    a.ready = true;
    a.thenStatus(503, Duration.ofSeconds(7));
    Router router = router(LoadBalancing.ROUND_ROBIN, a, b);
    assertThat(call(router)).isCompletedWithValue(FakeTransport.VALUE);
    time.pass(Duration.ofMillis(6999));
    assertThat(a.probes).isZero();
    call(router);
    assertThat(a.attempts).hasSize(1);
    time.pass(Duration.ofMillis(1));
    assertThat(a.probes).isEqualTo(1);
    call(router);
    call(router);
    assertThat(a.attempts).hasSize(2);
  }

  @Test
  void whereAllAreOutTheCallWaitsForTheFirstRetryAfter() {
    a.thenStatus(503, Duration.ofSeconds(9));
    b.thenStatus(503, Duration.ofSeconds(4));
    Router router = router(LoadBalancing.ROUND_ROBIN, a, b);
    CompletableFuture<ServerMetadata> call = call(router);
    assertThat(recorder.retries)
        .extracting(Retry::pause)
        .containsExactly(Duration.ZERO, Duration.ofSeconds(4));
    time.pass(Duration.ofMillis(3999));
    assertThat(call).isNotDone();
    time.pass(Duration.ofMillis(1));
    assertThat(call).isCompletedWithValue(FakeTransport.VALUE);
    assertThat(a.attempts).hasSize(1);
    assertThat(b.attempts).as("the one that may be asked first").hasSize(2);
  }

  @Test
  void retriesOverAllEndpointsComeToAnEnd() {
    for (int i = 0; i < 9; i++) {
      a.thenRefuse();
      b.thenRefuse();
    }
    Router router = router(LoadBalancing.ROUND_ROBIN, a, b);
    CompletableFuture<ServerMetadata> call = call(router);
    time.pass(SECOND);
    assertThat(call).isCompletedExceptionally();
    assertThat(a.attempts.size() + b.attempts.size()).isEqualTo(4);
    assertThat(call)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(TransportFailure.class);
  }

  @Test
  void aSingleEndpointIsNeitherTakenOutNorProbed() {
    a.thenStatus(503, null);
    Router router = router(LoadBalancing.ROUND_ROBIN, a);
    CompletableFuture<ServerMetadata> call = call(router);
    assertThat(call).isNotDone();
    time.pass(Duration.ofMillis(100));
    assertThat(call).isCompletedWithValue(FakeTransport.VALUE);
    time.pass(Duration.ofMinutes(1));
    assertThat(a.probes).isZero();
  }

  @Test
  void aPinnedCallStaysWithItsEndpoint() {
    a.thenRefuse();
    Router router = router(LoadBalancing.ROUND_ROBIN, a, b);
    CompletableFuture<ServerMetadata> call =
        router.send(CALL, router.pool().endpoint(a.endpoint()), SECOND);
    assertThat(call).isNotDone();
    time.pass(Duration.ofMillis(100));
    assertThat(call).isCompletedWithValue(FakeTransport.VALUE);
    assertThat(a.attempts).hasSize(2);
    assertThat(b.attempts).isEmpty();
  }

  @Test
  void healthIsThatOfAnyEndpoint() {
    Router router = router(LoadBalancing.ROUND_ROBIN, a, b);
    Operation<Boolean> question =
        Operation.healthCheck("isReady", null, (transport, left) -> transport.isReady(left));
    assertThat(HealthCheck.of(router, question, null, SECOND)).isCompletedWithValue(false);
    b.ready = true;
    assertThat(HealthCheck.of(router, question, null, SECOND)).isCompletedWithValue(true);
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new FailoverPolicy(LoadBalancing.ROUND_ROBIN, Duration.ZERO, SECOND, SECOND))
        .withMessage("probeInterval must be positive and at most PT24H, got PT0S");
  }

  /** Keeps what it is told. */
  private static final class Recorder implements ClientListener, CallListener {

    final List<Retry> retries = new ArrayList<>();
    final List<CallEnd> ends = new ArrayList<>();
    final List<RuntimeException> failures = new ArrayList<>();

    @Override
    public CallListener started(CallStart call) {
      return this;
    }

    @Override
    public void retrying(Retry retry) {
      retries.add(retry);
    }

    @Override
    public void succeeded(CallEnd end, long tensorBytes) {
      ends.add(end);
    }

    @Override
    public void failed(CallEnd end, RuntimeException failure) {
      failures.add(failure);
    }
  }
}
