package dev.verhulst.service.rest;

import dev.verhulst.client.protocol.ProtocolHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.coyote.Response;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.http.FastHttpDateFormat;
import org.apache.tomcat.util.http.MimeHeaders;

/**
 * The headers of answers with bytes in them, as bytes: of a text the container makes an encoder and
 * two buffers each time it writes it, which was a tenth of the garbage of a short request. One for
 * each connection.
 */
final class BinaryHeaders {

  private static final byte[] JSON_LENGTH = bytes(ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH);
  private static final byte[] CONTENT_LENGTH = bytes("Content-Length");
  private static final byte[] CONTENT_TYPE = bytes("Content-Type");
  private static final byte[] DATE = bytes("Date");
  private static final byte[] VARY = bytes("Vary");

  // Values are shorter than 32 bytes: in longer ones the container would write a later number.
  private static final byte[] BINARY = bytes(Answer.BINARY);
  private static final byte[] ACCEPT_ENCODING = bytes(AnswerCoding.ACCEPT_ENCODING);

  private final Response response;
  private final boolean containerCompresses;

  private String date = "";
  private byte[] dateBytes = {};

  /**
   * @param containerCompresses whether the container may compress bodies: for that it looks at the
   *     type, and takes the length away, so that those two are left to it
   */
  BinaryHeaders(Response response, boolean containerCompresses) {
    this.response = response;
    this.containerCompresses = containerCompresses;
  }

  /** See {@link ClientConnection#setBinaryHeaders}. */
  void set(long jsonLength, long bodyLength, boolean varies) {
    MimeHeaders headers = response.getMimeHeaders();
    if (varies) {
      add(headers, VARY, ACCEPT_ENCODING);
    }
    add(headers, JSON_LENGTH).setLong(jsonLength);
    response.setContentLength(bodyLength);
    if (containerCompresses) {
      response.setContentTypeNoCharset(Answer.BINARY);
    } else {
      add(headers, CONTENT_TYPE, BINARY);
      // The container sets it again, and finds its name.
      add(headers, CONTENT_LENGTH).setLong(bodyLength);
    }
    add(headers, DATE, now());
  }

  private static void add(MimeHeaders headers, byte[] name, byte[] value) {
    add(headers, name).setBytes(value, 0, value.length);
  }

  private static MessageBytes add(MimeHeaders headers, byte[] name) {
    return headers.addValue(name, 0, name.length);
  }

  /** The container makes a new text once a second. */
  private byte[] now() {
    String now = FastHttpDateFormat.getCurrentDate();
    if (!now.equals(date)) {
      date = now;
      dateBytes = bytes(now);
    }
    return dateBytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
