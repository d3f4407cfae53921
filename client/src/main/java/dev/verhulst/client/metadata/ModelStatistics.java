package dev.verhulst.client.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a version of a model has done since it was loaded. What the server does not count is zero.
 *
 * @param name the model's name
 * @param version its version; empty where the server does not say
 * @param lastInference when the last request came; empty where none has
 * @param inferenceCount how many inferences were made: a request of batch size n counts n
 * @param executionCount how many batches were computed
 * @param success the requests that succeeded, from their arrival to their answer
 * @param fail the requests that failed
 * @param queue the time that requests waited
 * @param computeInput the preparation of inputs
 * @param computeInfer the computation
 * @param computeOutput the preparation of outputs
 * @param cacheHit the requests answered from a cache
 * @param cacheMiss the requests not found there
 * @param batches the executions by the size of their batch
 */
public record ModelStatistics(
    String name,
    String version,
    Optional<Instant> lastInference,
    long inferenceCount,
    long executionCount,
    CountedTime success,
    CountedTime fail,
    CountedTime queue,
    CountedTime computeInput,
    CountedTime computeInfer,
    CountedTime computeOutput,
    CountedTime cacheHit,
    CountedTime cacheMiss,
    List<BatchStatistics> batches) {

  public ModelStatistics {
    batches = List.copyOf(batches);
  }
}
