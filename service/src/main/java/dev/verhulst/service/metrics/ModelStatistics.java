package dev.verhulst.service.metrics;

import java.util.List;

/**
 * What one model has done so far, at a glance: the protocol's statistics. Every successful request
 * counts once in each of its phases.
 *
 * @param lastInference when the last request succeeded, in milliseconds since the epoch; 0 where
 *     none has
 * @param inferenceCount the batch items of all successful requests
 * @param executionCount how many batches the device has computed
 * @param success successful requests, from their first byte to their answer's last
 * @param failure requests that got an error for an answer, or whose caller left
 * @param queue how long successful requests waited for the device
 * @param computeInput how long their tensors took to read, parse and validate
 * @param computeInfer how long the device took for the batches they were in
 * @param computeOutput how long their answers took to write
 * @param batches the executions by the size of their batch, ascending
 */
public record ModelStatistics(
    long lastInference,
    long inferenceCount,
    long executionCount,
    Total success,
    Total failure,
    Total queue,
    Total computeInput,
    Total computeInfer,
    Total computeOutput,
    List<Batch> batches) {

  /** So many times, and so long in all. */
  public record Total(long count, long nanos) {

    /** What has never happened. */
    public static final Total NONE = new Total(0, 0);
  }

  /**
   * The executions of one batch size.
   *
   * @param batchSize how many batch items they held
   */
  public record Batch(
      long batchSize, Total computeInput, Total computeInfer, Total computeOutput) {}
}
