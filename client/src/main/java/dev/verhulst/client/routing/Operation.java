package dev.verhulst.client.routing;

import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.transport.Attempt;
import dev.verhulst.client.transport.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A call that any endpoint can serve.
 *
 * @param name what it does, e.g. {@code infer}: a label for logs and metrics
 * @param model the model it is for; null where it is for none
 * @param tensorBytes how many bytes of tensors it sends
 * @param isHealthCheck whether it asks for health: it is not tried again, and what comes out of it
 *     is for the caller to judge
 * @param on how it is made, with the time that is left for it
 */
public record Operation<T>(
    String name,
    @Nullable String model,
    long tensorBytes,
    boolean isHealthCheck,
    BiFunction<Transport, Duration, Attempt<T>> on) {

  /** A call without tensors. */
  public static <T> Operation<T> of(
      String name, @Nullable String model, BiFunction<Transport, Duration, Attempt<T>> on) {
    return new Operation<>(name, model, 0, false, on);
  }

  /** A question after health. */
  public static Operation<Boolean> healthCheck(
      String name, @Nullable String model, BiFunction<Transport, Duration, Attempt<Boolean>> on) {
    return new Operation<>(name, model, 0, true, on);
  }

  /** An inference. */
  static Operation<InferenceResponse> infer(InferenceRequest request, Encoding encoding) {
    return new Operation<>(
        "infer",
        request.model(),
        bytesOf(request.inputs()),
        false,
        (transport, timeout) -> transport.infer(request, encoding, timeout));
  }

  /** How many bytes of tensors a value of a call holds. */
  static long tensorBytesOf(Object value) {
    return value instanceof InferenceResponse response ? bytesOf(response.outputs()) : 0;
  }

  private static long bytesOf(Map<String, Tensor> tensors) {
    return tensors.values().stream().mapToLong(tensor -> tensor.bytes().remaining()).sum();
  }
}
