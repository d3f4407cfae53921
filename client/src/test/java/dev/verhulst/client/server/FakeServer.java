package dev.verhulst.client.server;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An HTTP server on a real socket that records requests and answers as a test says. */
public final class FakeServer implements AutoCloseable {

  static {
    // Without it the server's answers wait for delayed acknowledgements, 40 ms each.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private volatile Function<Received, Reply> behaviour =
      request -> Reply.text(500, "no answer set");

  public FakeServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** Answers every request so. */
  public FakeServer behave(Function<Received, Reply> behaviour) {
    this.behaviour = behaviour;
    return this;
  }

  /** Answers the requests with these, one after the other, and all further ones with the last. */
  public FakeServer reply(Reply... replies) {
    return behave(request -> replies[Math.min(received.size(), replies.length) - 1]);
  }

  /** The requests so far. */
  public List<Received> received() {
    return received;
  }

  /** The only request so far. */
  public Received onlyRequest() {
    if (received.size() != 1) {
      throw new AssertionError("expected one request, got " + received);
    }
    return received.get(0);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Received request =
          new Received(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              exchange.getRequestHeaders(),
              exchange.getRequestBody().readAllBytes());
      received.add(request);
      Reply reply = behaviour.apply(request);
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(
          reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(reply.body());
      }
    }
  }

  /** A request as it came in. */
  public record Received(String method, String path, Headers headers, byte[] body) {

    /** The length of the JSON part; that of the body where there is no binary part. */
    public int headerLength() {
      String value = headers.getFirst("Inference-Header-Content-Length");
      return value == null ? body.length : Integer.parseInt(value);
    }

    public String json() {
      return new String(body, 0, headerLength(), StandardCharsets.UTF_8);
    }

    public byte[] binary() {
      return Arrays.copyOfRange(body, headerLength(), body.length);
    }
  }

  /** An answer. */
  public record Reply(int status, Map<String, String> headers, byte[] body) {

    public static Reply text(int status, String body) {
      return new Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    public static Reply error(int status, String message) {
      return text(status, "{\"error\": \"" + message + "\"}");
    }

    public static Reply json(String body) {
      return new Reply(
          200, Map.of("Content-Type", "application/json"), body.getBytes(StandardCharsets.UTF_8));
    }

    /** An inference answer with binary tensors after its JSON. */
    public static Reply binary(String json, byte[] tensors) {
      byte[] header = json.getBytes(StandardCharsets.UTF_8);
      byte[] body = Arrays.copyOf(header, header.length + tensors.length);
      System.arraycopy(tensors, 0, body, header.length, tensors.length);
      return new Reply(
          200,
          Map.of(
              "Content-Type",
              "application/octet-stream",
              "Inference-Header-Content-Length",
              Integer.toString(header.length)),
          body);
    }

    public Reply with(String header, String value) {
      Map<String, String> more = new HashMap<>(headers);
      more.put(header, value);
      return new Reply(status, more, body);
    }
  }
}
