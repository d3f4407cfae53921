package dev.verhulst.client.metadata;

import java.time.Duration;

/**
 * How often something has happened, and how long it took in all.
 *
 * @param count how often
 * @param total how long in all
 */
public record CountedTime(long count, Duration total) {

  /** Never, and no time. */
  public static final CountedTime NONE = new CountedTime(0, Duration.ZERO);

  /** How long it took on average; zero where it has not happened. */
  public Duration mean() {
    return count == 0 ? Duration.ZERO : total.dividedBy(count);
  }
}
