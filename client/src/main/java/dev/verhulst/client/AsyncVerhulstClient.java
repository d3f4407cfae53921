package dev.verhulst.client;

import dev.verhulst.client.activation.NamedActivationCalls;
import dev.verhulst.client.error.ConnectionException;
import dev.verhulst.client.error.Failures;
import dev.verhulst.client.error.VerhulstException;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.client.loss.LossResult;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ServerMetadata;
import dev.verhulst.client.transport.Futures;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The calls of a {@link VerhulstClient} with futures: nothing waits. A future fails with a {@link
 * VerhulstException}; cancelling it gives the call up and closes its connection. Tensors over
 * buffers must not change before the future is done.
 */
public final class AsyncVerhulstClient
    extends NamedActivationCalls<
        CompletableFuture<float[]>, CompletableFuture<double[]>, CompletableFuture<Tensor>>
    implements AutoCloseable {

  private final CallOptions options;
  private final CallFactory calls;
  private final Connections connections;

  AsyncVerhulstClient(CallOptions options, Connections connections) {
    this.options = options;
    this.calls = new CallFactory(options);
    this.connections = connections;
  }

  /** This client with another timeout per call, over the same connections. */
  public AsyncVerhulstClient withTimeout(Duration timeout) {
    return new AsyncVerhulstClient(options.withTimeout(timeout), connections);
  }

  /** This client with another way to encode tensors, over the same connections. */
  public AsyncVerhulstClient withEncoding(Encoding encoding) {
    return new AsyncVerhulstClient(options.withEncoding(encoding), connections);
  }

  /** Any request to any model. */
  public CompletableFuture<InferenceResponse> infer(InferenceRequest request) {
    return caller().executeAsync(calls.infer(request));
  }

  /** The mean binary cross-entropy of logits and targets, in FP32. */
  public CompletableFuture<Float> binaryCrossEntropyWithLogits(float[] logits, float[] target) {
    return Futures.map(
        binaryCrossEntropyWithLogits(BinaryCrossEntropyWithLogits.of(logits, target)),
        result -> (float) result.value());
  }

  /** The mean binary cross-entropy of logits and targets, in FP64. */
  public CompletableFuture<Double> binaryCrossEntropyWithLogits(double[] logits, double[] target) {
    return Futures.map(
        binaryCrossEntropyWithLogits(BinaryCrossEntropyWithLogits.of(logits, target)),
        LossResult::value);
  }

  /** The binary cross-entropy with weights, another reduction, or its gradient. */
  public CompletableFuture<LossResult> binaryCrossEntropyWithLogits(
      BinaryCrossEntropyWithLogits loss) {
    return Futures.map(infer(loss.toRequest()), loss::toResult);
  }

  /** Whether the server is alive; false too where nothing listens there. */
  public CompletableFuture<Boolean> isLive() {
    return isHealthy(calls.live());
  }

  /** Whether the server takes requests; false too where nothing listens there. */
  public CompletableFuture<Boolean> isReady() {
    return isHealthy(calls.ready());
  }

  /** Whether the model takes requests; false too for a model that the server does not know. */
  public CompletableFuture<Boolean> isModelReady(String model) {
    return isHealthy(calls.modelReady(model));
  }

  /** What the server says of itself. */
  public CompletableFuture<ServerMetadata> serverMetadata() {
    return caller().executeAsync(calls.serverMetadata());
  }

  /** What the server says of a model. */
  public CompletableFuture<ModelMetadata> modelMetadata(String model) {
    return caller().executeAsync(calls.modelMetadata(model, null));
  }

  /** What the server says of a version of a model. */
  public CompletableFuture<ModelMetadata> modelMetadata(String model, String version) {
    return caller().executeAsync(calls.modelMetadata(model, version));
  }

  /**
   * Refuses new calls, waits for those in flight, and lets go of the connections; interrupting the
   * thread gives the calls up. Closes every client that shares them.
   */
  @Override
  public void close() {
    connections.closing().run();
  }

  @Override
  protected CompletableFuture<float[]> inferFloats(InferenceRequest request) {
    return Futures.map(inferTensor(request), Tensor::toFloats);
  }

  @Override
  protected CompletableFuture<double[]> inferDoubles(InferenceRequest request) {
    return Futures.map(inferTensor(request), Tensor::toDoubles);
  }

  @Override
  protected CompletableFuture<Tensor> inferTensor(InferenceRequest request) {
    return Futures.map(infer(request), response -> onlyOutput(request, response));
  }

  CallFactory calls() {
    return calls;
  }

  Caller caller() {
    return connections.caller();
  }

  Caller onceCaller() {
    return connections.onceCaller();
  }

  /** The output that a request for one output lists. */
  static Tensor onlyOutput(InferenceRequest request, InferenceResponse response) {
    return response.output(request.outputs().get(0).name());
  }

  /** Whether a failed health check is an answer: a status that is not 2xx, or nobody listening. */
  static boolean meansUnhealthy(VerhulstException failure) {
    return failure.status().isPresent()
        || (failure instanceof ConnectionException connection && connection.refused());
  }

  private CompletableFuture<Boolean> isHealthy(Call<Boolean> call) {
    CompletableFuture<Boolean> sent = onceCaller().executeAsync(call);
    CompletableFuture<Boolean> result =
        sent.exceptionally(
            failure -> {
              if (Failures.unwrap(failure) instanceof VerhulstException known
                  && meansUnhealthy(known)) {
                return false;
              }
              throw Failures.ofThrowable(failure, call.failed());
            });
    Futures.cancelWith(result, sent);
    return result;
  }
}
