package dev.verhulst.kernels;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports for servers that are started as processes.
 *
 * <p>No port is given twice, and none from the range that systems take the ports of outgoing
 * connections from (32,768 and above on Linux): a port from there may be a connection's by the time
 * its server has started.
 */
public final class FreePort {

  private static final int FIRST = 12_000;
  private static final int COUNT = 20_000;

  /** So that processes that choose at the same time are far from each other. */
  private static int next = ThreadLocalRandom.current().nextInt(COUNT);

  private FreePort() {}

  /**
   * Chooses a port that nothing listens on.
   *
   * @throws IllegalStateException if there is none
   */
  public static synchronized int choose() {
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + next;
      next = (next + 1) % COUNT;
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "no TCP port from %d to %d is free".formatted(FIRST, FIRST + COUNT - 1));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
