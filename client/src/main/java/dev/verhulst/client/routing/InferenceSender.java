package dev.verhulst.client.routing;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Sends inferences: one by one, or several together. */
@FunctionalInterface
public interface InferenceSender {

  /**
   * Sends an inference. The future fails with a {@link dev.verhulst.client.error.TransportFailure},
   * or with what the client itself found wrong; cancelling it gives the inference up.
   *
   * @param timeout how long it may take
   */
  CompletableFuture<InferenceResponse> infer(
      InferenceRequest request, Route route, Duration timeout);
}
