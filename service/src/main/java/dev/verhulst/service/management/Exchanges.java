package dev.verhulst.service.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** Answers of the management port. */
final class Exchanges {

  private Exchanges() {}

  /**
   * Answers a GET or HEAD of exactly the handler's path; anything else is refused.
   *
   * @param body what a GET is answered with
   */
  static void answer(HttpExchange exchange, int status, String contentType, byte[] body)
      throws IOException {
    try (exchange) {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (!head && !exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
      } else if (!exchange.getRequestURI().getPath().equals(exchange.getHttpContext().getPath())) {
        notFound(exchange);
      } else {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
          exchange.getResponseBody().write(body);
        }
      }
    }
  }

  /** Answers a path that there is not. */
  static void notFound(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = "{\"error\":\"Not Found; there are /health and /metrics\"}".getBytes(UTF_8);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(404, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }
}
