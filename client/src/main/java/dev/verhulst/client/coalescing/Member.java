package dev.verhulst.client.coalescing;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.transport.Interest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * One call of those that travel together.
 *
 * @param rows how many rows it has
 * @param timeout how long it may take
 * @param answer its answer to come; done before that where it has been given up
 * @param interest whether the answer is still wanted
 */
record Member(
    InferenceRequest request,
    long rows,
    Duration timeout,
    CompletableFuture<InferenceResponse> answer,
    Interest interest) {

  static Member of(InferenceRequest request, Duration timeout) {
    return new Member(
        request, JointKey.rows(request), timeout, new CompletableFuture<>(), new Interest());
  }

  /** How many bytes its inputs have. */
  long bytes() {
    return request.inputs().values().stream().mapToLong(tensor -> tensor.bytes().remaining()).sum();
  }
}
