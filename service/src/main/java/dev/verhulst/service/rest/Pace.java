package dev.verhulst.service.rest;

import java.net.SocketTimeoutException;

/**
 * How fast a body comes. It holds memory while it does, so that a sender who is too slow is given
 * up, even if it never pauses for long. Only the time counts in which the sender is waited for. Not
 * thread-safe.
 */
final class Pace {

  private static final double NANOS = 1e9;

  private final long graceNanos;
  private final double nanosPerByte;
  private long waited;
  private long received;

  Pace(HttpProperties properties) {
    long rate = properties.minBodyRate().toBytes();
    graceNanos = properties.bodyGrace().toNanos();
    nanosPerByte = rate == 0 ? Double.POSITIVE_INFINITY : NANOS / rate;
  }

  /**
   * Notes that more has come.
   *
   * @param count how many bytes
   * @param since when they began to be waited for, by {@link System#nanoTime}
   * @throws SocketTimeoutException where the whole is too slow
   */
  void received(long count, long since) throws SocketTimeoutException {
    waited += System.nanoTime() - since;
    received += count;
    if (waited > graceNanos && waited - graceNanos > received * nanosPerByte) {
      throw new SocketTimeoutException(
          "%d bytes of the request's body came in %d s; the server's setting verhulst.http.min-body-rate says how fast they must"
              .formatted(received, (long) (waited / NANOS)));
    }
  }
}
