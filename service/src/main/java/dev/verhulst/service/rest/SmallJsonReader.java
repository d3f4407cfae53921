package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.compression.ContentCoding;
import dev.verhulst.service.compression.InflatingStream;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads bodies that are one JSON object without tensors, or empty. They lie on the heap, which all
 * of them together may take a small part of. Thread-safe.
 */
final class SmallJsonReader {

  private static final int LONGEST = 2 * 1024 * 1024;
  private static final JsonFactory JSON = new JsonFactory();

  private static final int BUDGET = 4 * LONGEST;

  private final HttpProperties properties;
  private final Semaphore budget = new Semaphore(BUDGET);

  /**
   * @param properties how fast a body must come
   */
  SmallJsonReader(HttpProperties properties) {
    this.properties = properties;
  }

  /** Reads the object's keys. */
  interface Content<T> {

    /**
     * Reads what follows the brace that opens the body; or reads nothing, where it is at its end.
     */
    T read(JsonParser json);
  }

  /**
   * @throws InferenceException where it is no such body, of kind UNAVAILABLE where too many others
   *     are on their way in
   */
  <T> T parse(HttpServletRequest request, Content<T> content) throws IOException {
    ContentCoding coding = ContentCoding.ofRequest(request.getHeader("Content-Encoding"));
    long sent = request.getContentLengthLong();
    if (sent > LONGEST) {
      throw tooLong();
    }
    int most = coding == ContentCoding.IDENTITY && sent >= 0 ? (int) sent : LONGEST;
    if (!budget.tryAcquire(most)) {
      throw InferenceException.unavailable(
          Rejection.NO_MEMORY,
          "requests without tensors on their way in take more than the %d bytes that they may; try again later"
              .formatted(BUDGET),
          Duration.ofSeconds(1));
    }
    try {
      return parse(read(request, coding), content);
    } finally {
      budget.release(most);
    }
  }

  private byte[] read(HttpServletRequest request, ContentCoding coding) throws IOException {
    ServletInputStream paced = new PacedStream(request.getInputStream(), new Pace(properties));
    byte[] body;
    if (coding == ContentCoding.IDENTITY) {
      body = paced.readNBytes(LONGEST + 1);
    } else {
      try (InflatingStream in = new InflatingStream(paced, coding, LONGEST)) {
        body = in.readNBytes(LONGEST + 1);
      }
    }
    if (body.length > LONGEST) {
      throw tooLong();
    }
    return body;
  }

  private static InferenceException tooLong() {
    return invalidArgument(
        "the body of a request without tensors must not be longer than %d bytes"
            .formatted(LONGEST));
  }

  private static <T> T parse(byte[] body, Content<T> content) {
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

  static void expectObject(JsonToken token, String what) {
    if (token != JsonToken.START_OBJECT) {
      throw invalidArgument(
          "failed to parse %s: expected an object, got %s"
              .formatted(what, RequestHeaderReader.described(token)));
    }
  }
}
