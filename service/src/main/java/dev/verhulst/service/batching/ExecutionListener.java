package dev.verhulst.service.batching;

/** Hears of every batch that a device has computed. */
@FunctionalInterface
public interface ExecutionListener {

  /**
   * Called once per batch, before its requests are answered.
   *
   * @param requests how many requests shared it
   * @param batchSize how many batch items they hold together
   * @param nanos how long the device took for it
   */
  void executed(int requests, long batchSize, long nanos);
}
