package dev.verhulst.service.rest;

import jakarta.servlet.http.HttpServletRequest;
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

  /** The connection of a request, or null. */
  static @Nullable ClientConnection of(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof ClientConnection connection
        ? connection
        : null;
  }
}
