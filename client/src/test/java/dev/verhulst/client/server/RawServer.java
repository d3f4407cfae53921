package dev.verhulst.client.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server on a real socket that does with each connection what a test says: break it, hang, lie.
 */
public final class RawServer implements AutoCloseable {

  /** What to do with a connection, once its request has been read. */
  public interface Behaviour {
    void serve(Socket connection) throws Exception;
  }

  private static final Pattern CONTENT_LENGTH =
      Pattern.compile("content-length: *([0-9]+)", Pattern.CASE_INSENSITIVE);

  private final ServerSocket server;
  private final Behaviour behaviour;
  private final boolean reads;
  private final AtomicInteger requests = new AtomicInteger();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  public RawServer(Behaviour behaviour) {
    this(behaviour, true);
  }

  /**
   * @param reads whether a request is read before the behaviour begins
   */
  public RawServer(Behaviour behaviour, boolean reads) {
    this.behaviour = behaviour;
    this.reads = reads;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  /** A server that answers each request with these bytes and closes the connection. */
  public static RawServer answering(String bytes) {
    return new RawServer(
        connection -> {
          connection.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
          connection.getOutputStream().flush();
        });
  }

  public String url() {
    return "http://localhost:" + server.getLocalPort();
  }

  /** How many requests have come. */
  public int requests() {
    return requests.get();
  }

  /** Returns when the client has closed the connection, or sent everything and closed its side. */
  public static void awaitEnd(Socket connection) throws IOException {
    InputStream input = connection.getInputStream();
    while (input.read() >= 0) {
      // What still comes is of no interest.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.forEach(Thread::interrupt);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        start(() -> serve(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      if (!reads || readRequest(connection.getInputStream())) {
        requests.incrementAndGet();
        behaviour.serve(connection);
      }
    } catch (Exception e) {
      // The connection ends here, and the client's side is what the test looks at.
    }
  }

  /** Reads one request, head and body; false where the client has none. */
  public static boolean readRequest(InputStream input) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = input.read();
      if (next < 0) {
        return false;
      }
      head.append((char) next);
    }
    Matcher length = CONTENT_LENGTH.matcher(head);
    // What is left unread would turn the end of the connection into a reset.
    input.skipNBytes(length.find() ? Long.parseLong(length.group(1)) : 0);
    return true;
  }

  private void start(Runnable task) {
    Thread thread = new Thread(task, "raw-server");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }
}
