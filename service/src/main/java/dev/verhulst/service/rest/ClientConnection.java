package dev.verhulst.service.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The connection that a request came in by. */
interface ClientConnection {

  /** The request attribute that holds it; not there where the container is not set up for it. */
  String ATTRIBUTE = "dev.verhulst.connection";

  /**
   * Whether the client has closed the connection, or reset it, without anything unread before that.
   * Does not block. Nobody may read from the request, or write to its response, meanwhile.
   */
  boolean isClosedByClient();

  /**
   * Reads and throws away what is left of the request's body, after the request was answered:
   * closing a connection with bytes unread resets it, and a client that is still sending would lose
   * the answer. A client that waits for a sign before it sends does not get one.
   *
   * @param limit how long to go on with it
   */
  void discardBody(Duration limit);

  /** The connection of a request, or null. */
  static @Nullable ClientConnection of(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof ClientConnection connection
        ? connection
        : null;
  }
}
