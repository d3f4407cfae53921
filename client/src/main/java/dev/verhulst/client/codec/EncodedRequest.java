package dev.verhulst.client.codec;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An inference request as HTTP carries it.
 *
 * @param headers what to add to the request's headers
 * @param parts the body, in order
 */
public record EncodedRequest(Map<String, String> headers, List<ByteBuffer> parts) {

  /** The body, which can be sent many times. */
  public BodyPublisher body() {
    return new ContentPublisher(parts);
  }

  /** The same request, compressed, which asks for an answer that is compressed so too. */
  EncodedRequest compressed(ContentCoding coding) {
    Map<String, String> more = new HashMap<>(headers);
    more.put("Content-Encoding", coding.token());
    more.put("Accept-Encoding", coding.token());
    return new EncodedRequest(more, List.of(coding.compress(parts)));
  }
}
