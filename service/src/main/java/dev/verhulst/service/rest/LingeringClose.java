package dev.verhulst.service.rest;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;

/**
 * Reads and throws away what is left of a body after its request was answered: closing a connection
 * with bytes unread resets it, and a client that is still sending would lose the answer.
 */
final class LingeringClose {

  private static final int CHUNK = 16 * 1024;

  private final Duration limit;

  /**
   * @param limit how long to go on with it
   */
  LingeringClose(Duration limit) {
    this.limit = limit;
  }

  /** Drains the request's body, once its answer has been flushed. */
  void drain(HttpServletRequest request) {
    long length = request.getContentLengthLong();
    if (length == 0 || (length < 0 && request.getHeader("Transfer-Encoding") == null)) {
      return;
    }
    try {
      ServletInputStream in = request.getInputStream();
      if (in.isFinished() || request.getHeader("Expect") != null) {
        return;
      }
      long deadline = System.nanoTime() + limit.toNanos();
      byte[] chunk = new byte[CHUNK];
      while (in.read(chunk) >= 0 && System.nanoTime() - deadline < 0) {
        // Only the reading counts.
      }
    } catch (IOException e) {
      // The sender is gone; so is the reason to linger.
      return;
    }
  }
}
