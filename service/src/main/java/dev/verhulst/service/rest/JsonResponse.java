package dev.verhulst.service.rest;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Answers with a JSON document that is small enough to be put together first. */
final class JsonResponse {

  private static final JsonFactory JSON = new JsonFactory();

  private JsonResponse() {}

  static void send(HttpServletResponse response, Consumer<JsonGenerator> document)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
      document.accept(json);
    }
    send(response, body.toByteArray());
  }

  static void send(HttpServletResponse response, byte[] document) throws IOException {
    response.setContentType(ErrorWriter.JSON);
    response.setContentLength(document.length);
    response.getOutputStream().write(document);
  }
}
