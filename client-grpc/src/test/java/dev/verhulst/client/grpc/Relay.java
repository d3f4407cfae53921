package dev.verhulst.client.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and a server, and does to connections what networks do. */
final class Relay implements AutoCloseable {

  private final URI server;
  private final ServerSocket listening;
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();

  /** Whether connections are reset as soon as they are made. */
  volatile boolean resetting;

  Relay(String server) {
    this.server = URI.create(server);
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  String url() {
    return "grpc://localhost:" + listening.getLocalPort();
  }

  /** How many connections have been made. */
  int accepted() {
    return accepted.get();
  }

  /** Nothing comes over the connections of now any more, and neither end hears of it. */
  void freeze() {
    connections.forEach(connection -> connection.frozen = true);
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Connection connection : connections) {
      connection.close();
    }
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listening.accept();
      accepted.incrementAndGet();
      if (resetting) {
        client.setSoLinger(true, 0);
        client.close();
      } else {
        Connection connection =
            new Connection(client, new Socket(InetAddress.getLoopbackAddress(), server.getPort()));
        connections.add(connection);
        start(() -> connection.pass(connection.client, connection.server));
        start(() -> connection.pass(connection.server, connection.client));
      }
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // Closed, as it should be.
                return;
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static final class Connection {

    final Socket client;
    final Socket server;
    volatile boolean frozen;

    Connection(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void pass(Socket from, Socket to) throws IOException {
      InputStream bytes = from.getInputStream();
      byte[] buffer = new byte[1 << 16];
      for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
        if (!frozen) {
          to.getOutputStream().write(buffer, 0, read);
        }
      }
    }

    void close() throws IOException {
      client.close();
      server.close();
    }
  }
}
