package dev.verhulst.client.http;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Writes a request: its head and the beginning of its body together, the rest as it comes. */
final class RequestOutput implements Flow.Subscriber<ByteBuffer> {

  /** How much is gathered for one write. */
  private static final int WRITE = 64 << 10;

  private static final String USER_AGENT = "verhulst-client";

  private final Wire wire;
  private final List<ByteBuffer> gathered = new ArrayList<>();
  private int gatheredBytes;
  private Flow.@Nullable Subscription subscription;
  private @Nullable Throwable failure;
  private boolean ended;

  private RequestOutput(Wire wire) {
    this.wire = wire;
  }

  /**
   * Writes it.
   *
   * @param target what is asked for: a path, or for a proxy a whole address
   */
  static void write(HttpRequest request, String target, Wire wire) throws IOException {
    RequestOutput output = new RequestOutput(wire);
    output.gather(ByteBuffer.wrap(head(request, target)));
    if (request.bodyPublisher().isPresent()) {
      request.bodyPublisher().get().subscribe(output);
    } else {
      output.onComplete();
    }
    output.expectEnd();
  }

  /** How long the body of the request is, in bytes. */
  static long contentLength(HttpRequest request) {
    return request.bodyPublisher().map(HttpRequest.BodyPublisher::contentLength).orElse(0L);
  }

  private static byte[] head(HttpRequest request, String target) {
    if (request.headers().firstValue("Transfer-Encoding").isPresent()) {
      throw new IllegalArgumentException(
          "the header Transfer-Encoding cannot be set: a request is sent with its length");
    }
    StringBuilder head = new StringBuilder(256);
    head.append(request.method()).append(' ').append(target).append(" HTTP/1.1\r\n");
    append(head, "Host", Origin.of(request.uri()).authority());
    if (request.bodyPublisher().isPresent()) {
      append(head, "Content-Length", Long.toString(contentLength(request)));
    }
    if (request.headers().firstValue("User-Agent").isEmpty()) {
      append(head, "User-Agent", USER_AGENT);
    }
    request
        .headers()
        .map()
        .forEach((name, values) -> values.forEach(value -> append(head, name, value)));
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void append(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private void gather(ByteBuffer bytes) {
    gathered.add(bytes);
    gatheredBytes += bytes.remaining();
  }

  private void write() throws IOException {
    wire.write(gathered.toArray(new ByteBuffer[0]));
    gathered.clear();
    gatheredBytes = 0;
  }

  /** The publishers of this client hand out everything while they are asked for it. */
  private void expectEnd() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure != null || !ended) {
      throw new IllegalStateException("this is a bug: the body of a request did not end", failure);
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(ByteBuffer bytes) {
    gather(bytes);
    if (gatheredBytes >= WRITE) {
      tryToWrite();
    }
  }

  @Override
  public void onError(Throwable thrown) {
    failure = thrown;
  }

  @Override
  public void onComplete() {
    ended = true;
    if (!gathered.isEmpty()) {
      tryToWrite();
    }
  }

  private void tryToWrite() {
    try {
      write();
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }
}
