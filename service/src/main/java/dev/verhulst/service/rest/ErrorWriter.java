package dev.verhulst.service.rest;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.io.JsonStringEncoder;

/** Writes the one form that errors have on the wire: {@code {"error": "..."}}, and nothing else. */
final class ErrorWriter {

  static final String JSON = "application/json";

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private ErrorWriter() {}

  /** The error as a body. */
  static byte[] body(String message) {
    String quoted = new String(JsonStringEncoder.getInstance().quoteAsCharArray(message));
    return ("{\"error\":\"" + quoted + "\"}").getBytes(StandardCharsets.UTF_8);
  }

  /** Answers with an error, where nothing has been sent yet; headers that are set stay. */
  static void write(HttpServletResponse response, InferenceException error) throws IOException {
    if (response.isCommitted()) {
      return;
    }
    response.resetBuffer();
    // The answer that failed may have been about to go out compressed.
    response.setHeader("Content-Encoding", null);
    if (error.kind() == ErrorKind.UNAVAILABLE) {
      Duration wait = error.retryAfter() == null ? RETRY_AFTER : error.retryAfter();
      long seconds = wait.plusSeconds(1).minusNanos(1).toSeconds();
      response.setHeader("Retry-After", Long.toString(Math.max(1, seconds)));
    }
    write(response, error.kind().httpStatus(), String.valueOf(error.getMessage()));
  }

  static void write(HttpServletResponse response, int status, String message) throws IOException {
    byte[] body = body(message);
    response.setStatus(status);
    response.setContentType(JSON);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
    response.flushBuffer();
  }
}
