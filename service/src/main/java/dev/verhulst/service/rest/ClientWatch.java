package dev.verhulst.service.rest;

import jakarta.servlet.http.HttpServletRequest;

/** Notices that a client has hung up while its request waits. Thread-safe. */
interface ClientWatch {

  /**
   * Watches the client of a request until the guard is closed: where it hangs up, the calling
   * thread is interrupted. Nobody reads from the request meanwhile.
   */
  Guard watch(HttpServletRequest request);

  /** A watch that is kept. Belongs to the thread that asked for it. */
  interface Guard extends AutoCloseable {

    /** Whether the client has been seen to hang up. */
    boolean clientLeft();

    /** Ends the watch; the thread is not interrupted any more, and not left interrupted by it. */
    @Override
    void close();
  }
}
