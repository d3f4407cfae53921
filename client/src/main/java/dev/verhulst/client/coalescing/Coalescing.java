package dev.verhulst.client.coalescing;

import java.time.Duration;

/**
 * How far calls are held back and put together into one request. A request leaves when it is full,
 * or when its first call has waited for {@code maximumDelay}. Calls that are larger than a request
 * may be go alone, at once.
 *
 * <p>The answers of calls that have left together are handed over one after the other, on one
 * thread: what continues one of their futures there must not wait for another of them ({@code
 * thenApplyAsync} and its like may).
 *
 * @param maximumRequests how many calls a request may hold
 * @param maximumRows how many rows a request may have; at most the model's largest batch, where the
 *     server has such a limit
 * @param maximumBytes how many bytes of input tensors a request may have
 * @param maximumDelay how long a call may be held back
 */
public record Coalescing(
    int maximumRequests, long maximumRows, long maximumBytes, Duration maximumDelay) {

  private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

  public Coalescing {
    requirePositive("maximumRequests", maximumRequests);
    requirePositive("maximumRows", maximumRows);
    requirePositive("maximumBytes", maximumBytes);
    if (maximumBytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "maximumBytes must be below 2^31, as a tensor of the client is, got " + maximumBytes);
    }
    if (maximumDelay.isNegative()
        || maximumDelay.isZero()
        || maximumDelay.compareTo(LONGEST_DELAY) > 0) {
      throw new IllegalArgumentException(
          "maximumDelay must be positive and at most " + LONGEST_DELAY + ", got " + maximumDelay);
    }
  }

  /** Up to 256 calls and 1 MiB, held back for up to 1 ms. */
  public static Coalescing standard() {
    return new Coalescing(256, Long.MAX_VALUE, 1 << 20, Duration.ofMillis(1));
  }

  /** These bounds with another one on the rows of a request. */
  public Coalescing withMaximumRows(long maximumRows) {
    return new Coalescing(maximumRequests, maximumRows, maximumBytes, maximumDelay);
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, got " + value);
    }
  }
}
