package dev.verhulst.benchmarks.protocols;

import java.io.IOException;

/** One client of the service, with one connection, which asks for the sigmoid of one tensor. */
interface Caller extends AutoCloseable {

  /**
   * Sends the request and reads the answer.
   *
   * @throws IOException where the answer is not a success
   */
  void call() throws IOException;

  @Override
  void close() throws IOException;
}
