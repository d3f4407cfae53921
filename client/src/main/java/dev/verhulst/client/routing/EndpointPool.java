package dev.verhulst.client.routing;

import dev.verhulst.client.error.TransportFailure;
import dev.verhulst.client.transport.RetryPolicy;
import dev.verhulst.client.transport.Transport;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of a client: which are in service, how busy each is, and which is next. Where none
 * is in service, the one is next that will be asked again first, so that a call is never refused
 * for what was true of an earlier one. A single endpoint never goes out of service.
 */
public final class EndpointPool {

  private final List<Endpoint> endpoints;
  private final LoadBalancing loadBalancing;
  private final Duration longestRetryAfter;
  private final InstantSource clock;
  private final Probes probes;
  private int turn;

  /**
   * @param longestRetryAfter up to where an endpoint's Retry-After is believed
   * @param probes ask endpoints out of service whether they are ready
   */
  EndpointPool(
      List<? extends Transport> transports,
      LoadBalancing loadBalancing,
      Duration longestRetryAfter,
      InstantSource clock,
      Probes probes) {
    this.endpoints = transports.stream().map(Endpoint::new).toList();
    this.loadBalancing = loadBalancing;
    this.longestRetryAfter = longestRetryAfter;
    this.clock = clock;
    this.probes = probes;
  }

  /** All endpoints, in service or not. */
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  /**
   * The endpoint of that address.
   *
   * @throws IllegalArgumentException where there is none
   */
  public Endpoint endpoint(URI address) {
    return endpoints.stream()
        .filter(endpoint -> endpoint.address().equals(address))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the client has no endpoint " + address + ", but " + endpoints));
  }

  /** Takes the next endpoint for an attempt, or the given one; to be released after it. */
  synchronized Endpoint take(@Nullable Endpoint pinned) {
    Endpoint next = pinned == null ? next() : pinned;
    next.outstanding++;
    return next;
  }

  /** Takes note of the end of an attempt that says nothing against the endpoint. */
  synchronized void release(Endpoint endpoint) {
    endpoint.outstanding--;
  }

  /** Takes note of the failure of an attempt, and of whose fault it is. */
  void releaseFailed(Endpoint endpoint, TransportFailure failure) {
    Duration retryAfter = failure.retryAfter().orElse(Duration.ZERO);
    synchronized (this) {
      endpoint.outstanding--;
      if (!isEndpointsFault(failure)) {
        return;
      }
      endpoint.retryAfter = clock.instant().plus(retryAfter);
      if (endpoints.size() == 1 || !endpoint.inService) {
        return;
      }
      endpoint.inService = false;
    }
    Duration believed =
        retryAfter.compareTo(longestRetryAfter) > 0 ? longestRetryAfter : retryAfter;
    probes.begin(endpoint, believed, () -> comeBack(endpoint));
  }

  /** Whether an endpoint in service is there for the next attempt, other than a pinned one. */
  synchronized boolean hasAlternative(@Nullable Endpoint pinned) {
    return pinned == null
        && endpoints.size() > 1
        && endpoints.stream().anyMatch(endpoint -> endpoint.inService);
  }

  /** How long until the first of the endpoints wants to be asked again. */
  synchronized Duration untilRetry(@Nullable Endpoint pinned) {
    Instant now = clock.instant();
    List<Endpoint> asked = pinned == null ? endpoints : List.of(pinned);
    return asked.stream()
        .map(endpoint -> endpoint.retryAfter)
        .min(Comparator.naturalOrder())
        .filter(now::isBefore)
        .map(until -> Duration.between(now, until))
        .orElse(Duration.ZERO);
  }

  private synchronized void comeBack(Endpoint endpoint) {
    endpoint.inService = true;
  }

  private Endpoint next() {
    Comparator<Endpoint> inTurn =
        Comparator.comparingInt(
            endpoint -> Math.floorMod(endpoints.indexOf(endpoint) - turn, endpoints.size()));
    Comparator<Endpoint> order =
        switch (loadBalancing) {
          case LEAST_OUTSTANDING ->
              Comparator.<Endpoint>comparingInt(endpoint -> endpoint.outstanding)
                  .thenComparing(inTurn);
          case ROUND_ROBIN -> inTurn;
        };
    Endpoint next =
        endpoints.stream()
            .filter(endpoint -> endpoint.inService)
            .min(order)
            .orElseGet(
                () ->
                    endpoints.stream()
                        .min(
                            Comparator.<Endpoint, Instant>comparing(endpoint -> endpoint.retryAfter)
                                .thenComparing(order))
                        .orElseThrow());
    turn = endpoints.indexOf(next) + 1;
    return next;
  }

  /** Refusals, broken connections and the statuses of a gateway; not what the request did wrong. */
  private static boolean isEndpointsFault(TransportFailure failure) {
    if (failure.call().status().isPresent()) {
      return RetryPolicy.isRetryable(failure);
    }
    Throwable cause = failure.getCause();
    boolean slow =
        cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException);
    return !slow && !(cause instanceof ProtocolException);
  }
}
