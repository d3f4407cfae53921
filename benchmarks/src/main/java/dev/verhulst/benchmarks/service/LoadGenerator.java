package dev.verhulst.benchmarks.service;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Keeps a number of connections to one server busy, each with one request at a time, from a single
 * thread. One thread uses an instance.
 */
final class LoadGenerator implements AutoCloseable {

  private static final long BODY_ROOM = 1 << 18;

  /** From this size on, connections send the same tensor, to spare memory. */
  private static final int LARGE = 1 << 20;

  /** An answer that takes longer is taken for lost. */
  private static final int PATIENCE_MILLISECONDS = 60_000;

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux();
  private final List<LoadConnection> connections = new ArrayList<>();
  private final int epoll;
  private final MemorySegment events;

  /** A load of sigmoids. */
  LoadGenerator(int port, int tensorBytes, int connectionCount) throws IOException {
    this(port, connectionCount, sigmoids(port, tensorBytes));
  }

  /**
   * @param requests makes the request of a connection by its number
   */
  LoadGenerator(
      int port, int connectionCount, BiFunction<Arena, Integer, InferenceRequest> requests)
      throws IOException {
    epoll = linux.epoll();
    events = linux.events(connectionCount);
    MemorySegment bodies = arena.allocate(BODY_ROOM, 64);
    for (int number = 0; number < connectionCount; number++) {
      InferenceRequest request = requests.apply(arena, number);
      LoadConnection connection = new LoadConnection(linux, arena, port, request, bodies);
      connections.add(connection);
      linux.watch(epoll, connection.descriptor(), number);
    }
  }

  private static BiFunction<Arena, Integer, InferenceRequest> sigmoids(int port, int tensorBytes) {
    List<InferenceRequest> shared = new ArrayList<>();
    return (arena, number) -> {
      if (shared.isEmpty() || tensorBytes < LARGE) {
        shared.add(new InferenceRequest(arena, port, tensorBytes, number));
      }
      return shared.getLast();
    };
  }

  /**
   * Sends requests for a while, and waits for the last answers.
   *
   * @throws IOException where the server fails to answer
   * @throws IllegalStateException where an answer is wrong
   */
  Load run(Duration duration) throws IOException {
    Latencies latencies = new Latencies();
    long start = System.nanoTime();
    long deadline = start + duration.toNanos();
    int busy = connections.size();
    for (LoadConnection connection : connections) {
      connection.start(System.nanoTime());
    }
    while (busy > 0) {
      int count = linux.await(epoll, events, PATIENCE_MILLISECONDS);
      if (count == 0) {
        throw new IOException("no answer within " + PATIENCE_MILLISECONDS + " ms");
      }
      for (int i = 0; i < count; i++) {
        LoadConnection connection = connections.get(Linux.number(events, i));
        if (connection.advance()) {
          long now = System.nanoTime();
          latencies.add(now - connection.startNanoseconds());
          if (now - deadline < 0) {
            connection.start(now);
          } else {
            busy--;
          }
        }
      }
    }
    return new Load(latencies, System.nanoTime() - start);
  }

  @Override
  public void close() throws IOException {
    for (LoadConnection connection : connections) {
      linux.close(connection.descriptor());
    }
    linux.close(epoll);
    linux.close();
    arena.close();
  }
}
