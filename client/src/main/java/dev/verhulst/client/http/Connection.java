package dev.verhulst.client.http;

import java.io.Closeable;

/**
 * A connection to a server.
 *
 * @param proxied whether a proxy has to be told where a request goes
 */
record Connection(Wire wire, ResponseInput input, boolean proxied) implements Closeable {

  Connection(Wire wire, boolean proxied) {
    this(wire, new ResponseInput(wire), proxied);
  }

  @Override
  public void close() {
    wire.close();
  }
}
