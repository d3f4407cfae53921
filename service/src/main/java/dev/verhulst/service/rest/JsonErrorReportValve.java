package dev.verhulst.service.rest;

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
 * or a header that is none, a body that ends too early. Public, with a public constructor, because
 * the container makes it by its name.
 */
public final class JsonErrorReportValve extends ErrorReportValve {

  @Override
  protected void report(Request request, Response response, @Nullable Throwable throwable) {
    int status = response.getStatus();
    if (status < HttpServletResponse.SC_BAD_REQUEST
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
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

  private static String message(Response response, int status) {
    String message = response.getMessage();
    if (message != null && !message.isBlank()) {
      return message;
    }
    HttpStatus known = HttpStatus.resolve(status);
    return known == null ? "HTTP status " + status : known.getReasonPhrase();
  }
}
