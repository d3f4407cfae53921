package dev.verhulst.service.rest;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.metrics.RefusedRequests;
import dev.verhulst.service.metrics.RefusedRequests.Protocol;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Says what the container itself found wrong with a request, in the protocol's form: a request line
 * or a header that is none, a body that ends too early. What the servlet has not seen is counted
 * here.
 */
final class JsonErrorReportValve extends ErrorReportValve {

  /** The attribute of a request that the servlet has seen, and seen to. */
  static final String SEEN = "dev.verhulst.seen";

  private final RefusedRequests refused;

  JsonErrorReportValve(RefusedRequests refused) {
    this.refused = refused;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable throwable) {
    int status = response.getStatus();
    if (status < HttpServletResponse.SC_BAD_REQUEST
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    if (request.getAttribute(SEEN) == null) {
      refused.count(Protocol.HTTP, kind(status));
    }
    AtomicBoolean ioAllowed = new AtomicBoolean();
    response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, ioAllowed);
    if (!ioAllowed.get()) {
      return;
    }
    byte[] body = ErrorWriter.body(message(response, status));
    response.setContentType(ErrorWriter.JSON);
    response.setContentLength(body.length);
    try {
      response.getOutputStream().write(body);
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      container.getLogger().debug("nobody is left to read an error report", e);
    }
  }

  /** What a status stands for that the container has given: the most general kind. */
  private static ErrorKind kind(int status) {
    for (ErrorKind kind : ErrorKind.values()) {
      if (kind.httpStatus() == status) {
        return kind;
      }
    }
    return status < HttpServletResponse.SC_INTERNAL_SERVER_ERROR
        ? ErrorKind.INVALID_ARGUMENT
        : ErrorKind.INTERNAL;
  }

  private static String message(Response response, int status) {
    String message = response.getMessage();
    if (message != null && !message.isBlank()) {
      return message;
    }
    HttpStatus known = HttpStatus.resolve(status);
    return known == null ? "HTTP status " + status : known.getReasonPhrase();
  }
}
