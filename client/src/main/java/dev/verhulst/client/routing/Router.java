package dev.verhulst.client.routing;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.listener.ClientListener;
import dev.verhulst.client.transport.RetryPolicy;
import dev.verhulst.client.transport.Sleeper;
import dev.verhulst.client.transport.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes calls on a pool of endpoints: as often as the policy allows, within the call's time. */
public final class Router implements InferenceSender {

  final EndpointPool pool;
  final RetryPolicy retryPolicy;
  final Sleeper sleeper;
  final RandomGenerator random;
  final InstantSource clock;
  final ClientListener listener;
  private final Probes probes;

  public Router(
      List<? extends Transport> transports,
      RetryPolicy retryPolicy,
      FailoverPolicy failoverPolicy,
      Sleeper sleeper,
      RandomGenerator random,
      InstantSource clock,
      ClientListener listener) {
    this.probes = new Probes(failoverPolicy, sleeper);
    this.pool =
        new EndpointPool(
            transports,
            failoverPolicy.loadBalancing(),
            retryPolicy.maximumRetryAfter(),
            clock,
            probes);
    this.retryPolicy = retryPolicy;
    this.sleeper = sleeper;
    this.random = random;
    this.clock = clock;
    this.listener = listener;
  }

  public EndpointPool pool() {
    return pool;
  }

  /**
   * Makes a call. The future fails with a {@link dev.verhulst.client.error.TransportFailure}, or
   * with what the client itself found wrong; cancelling it gives the call up.
   *
   * @param pinned the endpoint to use; null for any
   * @param timeout how long the call may take, retries included
   */
  public <T> CompletableFuture<T> send(
      Operation<T> operation, @Nullable Endpoint pinned, Duration timeout) {
    return new RoutedCall<>(this, operation, pinned, timeout).begin();
  }

  @Override
  public CompletableFuture<InferenceResponse> infer(
      InferenceRequest request, Route route, Duration timeout) {
    return send(Operation.infer(request, route.encoding()), route.pinned(), timeout);
  }

  /** Ends the probes and closes the endpoints' transports; calls must have ended before. */
  public void close() {
    probes.close();
    pool.endpoints().forEach(endpoint -> endpoint.transport().close());
  }
}
