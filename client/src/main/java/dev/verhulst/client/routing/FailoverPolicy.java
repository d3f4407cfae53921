package dev.verhulst.client.routing;

import java.time.Duration;
import java.util.Objects;

/**
 * How a client with several endpoints uses them. An endpoint that refuses or breaks a connection,
 * or answers 502, 503 or 504, goes out of service. It is probed (is the server ready?) after {@code
 * probeInterval}, or after the Retry-After that it answered where that is longer, and comes back
 * when it says yes; until then the interval doubles from probe to probe.
 *
 * @param loadBalancing which endpoint in service takes the next attempt
 * @param probeInterval how long before the first probe
 * @param longestProbeInterval up to where the interval doubles
 * @param probeTimeout how long a probe may take
 */
public record FailoverPolicy(
    LoadBalancing loadBalancing,
    Duration probeInterval,
    Duration longestProbeInterval,
    Duration probeTimeout) {

  private static final Duration LONGEST = Duration.ofDays(1);

  public FailoverPolicy {
    Objects.requireNonNull(loadBalancing, "loadBalancing");
    requirePositive("probeInterval", probeInterval);
    requirePositive("longestProbeInterval", longestProbeInterval);
    requirePositive("probeTimeout", probeTimeout);
  }

  /** The fewest outstanding attempts; probes after 1 s, then up to 30 s apart, of 2 s each. */
  public static FailoverPolicy standard() {
    return new FailoverPolicy(
        LoadBalancing.LEAST_OUTSTANDING,
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofSeconds(2));
  }

  /** This policy with another choice among the endpoints in service. */
  public FailoverPolicy withLoadBalancing(LoadBalancing loadBalancing) {
    return new FailoverPolicy(loadBalancing, probeInterval, longestProbeInterval, probeTimeout);
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + " must be positive and at most " + LONGEST + ", got " + duration);
    }
  }
}
