package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.compression.ContentCoding;
import dev.verhulst.service.compression.InflatingStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** A body that is one JSON object without tensors, or empty. */
final class SmallJsonBody {

  private static final int LONGEST = 2 * 1024 * 1024;
  private static final JsonFactory JSON = new JsonFactory();

  private SmallJsonBody() {}

  /** Reads the object's keys. */
  interface Content<T> {

    /**
     * Reads what follows the brace that opens the body; or reads nothing, where it is at its end.
     */
    T read(JsonParser json);
  }

  static <T> T parse(HttpServletRequest request, Content<T> content) throws IOException {
    byte[] body = read(request);
    if (body.length > LONGEST) {
      throw invalidArgument(
          "the body of a request without tensors must not be longer than %d bytes"
              .formatted(LONGEST));
    }
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
      JsonToken first = json.nextToken();
      if (first != null) {
        expectObject(first, "the request JSON buffer");
      }
      T read = content.read(json);
      if (json.nextToken() != null) {
        throw invalidArgument(
            "failed to parse the request JSON buffer: there is more behind the request object");
      }
      return read;
    } catch (JacksonException e) {
      throw invalidArgument("failed to parse the request JSON buffer: " + e.getOriginalMessage());
    }
  }

  private static byte[] read(HttpServletRequest request) throws IOException {
    ContentCoding coding = ContentCoding.ofRequest(request.getHeader("Content-Encoding"));
    if (coding == ContentCoding.IDENTITY) {
      return request.getInputStream().readNBytes(LONGEST + 1);
    }
    try (InflatingStream in = new InflatingStream(request.getInputStream(), coding, LONGEST)) {
      return in.readNBytes(LONGEST + 1);
    }
  }

  static void expectObject(JsonToken token, String what) {
    if (token != JsonToken.START_OBJECT) {
      throw invalidArgument(
          "failed to parse %s: expected an object, got %s"
              .formatted(what, RequestHeaderReader.described(token)));
    }
  }
}
