package dev.verhulst.client.coalescing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.Failures;
import dev.verhulst.client.error.TransportFailure;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.routing.ManualTime;
import dev.verhulst.client.routing.Route;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Whatever calls come, each gets its own answer or its own error, and no request exceeds a bound.
 */
class CoalescerPropertiesTest {

  private static final Route ROUTE = new Route(Encoding.BINARY, null);
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /** A row that the server refuses, and with it the whole request. */
  private static final float POISON = -666;

  /**
   * A call.
   *
   * @param model 0 to 2; the server multiplies by it plus one
   * @param width the length of a row; 0 for a vector
   * @param rows how many rows, or elements
   * @param pause whether so much time passes after it that what waits leaves
   */
  record Spec(int model, int width, int rows, double alpha, boolean poisoned, boolean pause) {

    InferenceRequest request(int number) {
      float[] x = new float[rows * Math.max(1, width)];
      for (int i = 0; i < x.length; i++) {
        x[i] = number * 1000 + i;
      }
      if (poisoned && x.length > 0) {
        x[x.length - 1] = POISON;
      }
      Tensor tensor = width == 0 ? Tensor.of(x) : Tensor.of(x, rows, width);
      return InferenceRequest.builder("m" + model)
          .parameter("alpha", alpha)
          .id("call " + number)
          .input("x", tensor)
          .output("y")
          .independentRows(true)
          .build();
    }
  }

  @Provide
  Arbitrary<Spec> specs() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 2),
            Arbitraries.integers().between(0, 2),
            Arbitraries.integers().between(0, 12),
            Arbitraries.of(0.5, 2.0),
            Arbitraries.integers().between(0, 9).map(n -> n == 0),
            Arbitraries.integers().between(0, 9).map(n -> n == 0))
        .as(Spec::new);
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void eachCallGetsItsOwn(
      @ForAll @Size(max = 60) List<@From("specs") Spec> specs,
      @ForAll @IntRange(min = 1, max = 12) int maximumRequests,
      @ForAll @IntRange(min = 1, max = 30) int maximumRows,
      @ForAll @IntRange(min = 4, max = 200) int maximumBytes) {
    ManualTime time = new ManualTime();
    Server server = new Server();
    Coalescing bounds =
        new Coalescing(maximumRequests, maximumRows, maximumBytes, Duration.ofMillis(1));
    Coalescer coalescer = new Coalescer(server::infer, bounds, time);
    List<CompletableFuture<InferenceResponse>> answers = new ArrayList<>();
    List<InferenceRequest> requests = new ArrayList<>();
    for (Spec spec : specs) {
      InferenceRequest request = spec.request(requests.size() + 1);
      requests.add(request);
      answers.add(coalescer.infer(request, ROUTE, TIMEOUT));
      if (spec.pause()) {
        time.pass(Duration.ofMillis(1));
      }
    }
    coalescer.flush();
    assertThat(time.sleeping()).as("nobody waits after the end").isZero();
    for (int i = 0; i < answers.size(); i++) {
      check(requests.get(i), answers.get(i));
    }
    for (InferenceRequest joint : server.received) {
      if (joint.id().isEmpty()) {
        assertThat(x(joint).shape()[0]).isLessThanOrEqualTo(maximumRows);
        assertThat(x(joint).bytes().remaining()).isLessThanOrEqualTo(maximumBytes);
      }
    }
  }

  @Property(tries = 50)
  void whatMatchesTravelsTogether(@ForAll @IntRange(min = 2, max = 50) int calls) {
    Server server = new Server();
    Coalescer coalescer = new Coalescer(server::infer, Coalescing.standard(), new ManualTime());
    List<CompletableFuture<InferenceResponse>> answers = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      answers.add(coalescer.infer(new Spec(1, 3, 2, 0.5, false, false).request(i), ROUTE, TIMEOUT));
    }
    assertThat(server.received).isEmpty();
    coalescer.flush();
    assertThat(server.received).hasSize(1);
    assertThat(answers).allMatch(CompletableFuture::isDone);
  }

  private static void check(InferenceRequest request, CompletableFuture<InferenceResponse> answer) {
    assertThat(answer).as("nothing is lost").isDone();
    if (Server.refuses(request)) {
      Throwable failure = Failures.unwrap(failureOf(answer));
      assertThat(failure).isInstanceOf(TransportFailure.class).hasMessageContaining("poison");
      return;
    }
    InferenceResponse response = answer.join();
    assertThat(response.id()).isEqualTo(request.id().orElseThrow());
    assertThat(response.output("y").shape()).isEqualTo(x(request).shape());
    assertThat(response.output("y").toFloats()).isEqualTo(Server.compute(request));
  }

  private static Tensor x(InferenceRequest request) {
    return Objects.requireNonNull(request.inputs().get("x"));
  }

  private static Throwable failureOf(CompletableFuture<?> answer) {
    return answer.handle((value, failure) -> failure).join();
  }

  /** Multiplies, and refuses requests with a poisoned row. */
  private static final class Server {

    final List<InferenceRequest> received = new ArrayList<>();

    CompletableFuture<InferenceResponse> infer(
        InferenceRequest request, Route route, Duration timeout) {
      received.add(request);
      if (refuses(request)) {
        FailedCall call = FailedCall.unanswered("POST", URI.create("http://s"), request.model());
        return CompletableFuture.failedFuture(
            TransportFailure.answered(call.answered(400, "poison"), null));
      }
      Tensor y = Tensor.of(compute(request), x(request).shape());
      return CompletableFuture.completedFuture(
          new InferenceResponse(
              request.model(), null, request.id().orElse(null), Map.of(), Map.of("y", y)));
    }

    static boolean refuses(InferenceRequest request) {
      for (float x : x(request).toFloats()) {
        if (x == POISON) {
          return true;
        }
      }
      return false;
    }

    static float[] compute(InferenceRequest request) {
      float factor =
          (request.model().charAt(1) - '0' + 1)
              * Objects.requireNonNull((Double) request.parameters().get("alpha")).floatValue();
      float[] y = x(request).toFloats();
      for (int i = 0; i < y.length; i++) {
        y[i] *= factor;
      }
      return y;
    }
  }
}
