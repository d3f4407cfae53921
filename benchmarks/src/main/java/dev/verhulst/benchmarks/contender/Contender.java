package dev.verhulst.benchmarks.contender;

/** Someone who computes operations: this project, or a peer. */
public interface Contender extends AutoCloseable {

  /**
   * Makes everything ready that need not be made at every call.
   *
   * @throws UnsupportedOperationException where the contender has no such operation in the type
   */
  PreparedOperation prepare(Operation operation, Operands operands) throws Exception;

  @Override
  void close();
}
