package dev.verhulst.client.routing;

/** Which of the endpoints in service takes the next attempt. */
public enum LoadBalancing {
  /** The one with the fewest attempts under way; in turn among equals. */
  LEAST_OUTSTANDING,
  /** Each in turn. */
  ROUND_ROBIN
}
