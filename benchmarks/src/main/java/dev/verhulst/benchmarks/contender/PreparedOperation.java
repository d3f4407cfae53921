package dev.verhulst.benchmarks.contender;

/** An operation that is ready to run, again and again, on the same operands. */
@FunctionalInterface
public interface PreparedOperation extends AutoCloseable {

  /** Computes once; the results are in the operands' memory when it returns. */
  void run() throws Throwable;

  /** Frees what was made ready; the operands stay. */
  @Override
  default void close() {}
}
