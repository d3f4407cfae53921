package dev.verhulst.client.streaming;

/**
 * How a large tensor is cut.
 *
 * @param bytesPerRequest the largest chunk; requests of the backward form carry two
 * @param requestsInFlight how many requests are under way at the same time, and with them how many
 *     chunks are held in memory
 */
public record Chunking(int bytesPerRequest, int requestsInFlight) {

  /** The size of the largest element. */
  private static final int LARGEST_ELEMENT = 8;

  public Chunking {
    if (bytesPerRequest < LARGEST_ELEMENT) {
      throw new IllegalArgumentException(
          "bytesPerRequest must be " + LARGEST_ELEMENT + " or more, got " + bytesPerRequest);
    }
    if (requestsInFlight < 1) {
      throw new IllegalArgumentException(
          "requestsInFlight must be 1 or more, got " + requestsInFlight);
    }
  }

  /** Chunks of 16 MiB, four at the same time. */
  public static Chunking standard() {
    return new Chunking(16 << 20, 4);
  }
}
