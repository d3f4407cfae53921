package dev.verhulst.client;

import dev.verhulst.client.activation.NamedActivationCalls;
import dev.verhulst.client.error.VerhulstException;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.client.loss.LossResult;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ServerMetadata;
import java.net.URI;
import java.time.Duration;

/**
 * A client of Verhulst, and of any other server that speaks the Open Inference Protocol over HTTP.
 * Thread-safe: one client serves all threads of a program, and keeps its connections between calls.
 *
 * <p>Calls wait for their result; {@link #async()} has the same ones with futures. What goes wrong
 * is a {@link VerhulstException}, of one subtype per kind of error; what the client itself finds
 * wrong with an argument is an {@link IllegalArgumentException}.
 */
public final class VerhulstClient extends NamedActivationCalls<float[], double[], Tensor>
    implements AutoCloseable {

  private final AsyncVerhulstClient async;

  VerhulstClient(AsyncVerhulstClient async) {
    this.async = async;
  }

  /** A builder of a client for the server at that address, e.g. {@code http://localhost:8000}. */
  public static VerhulstClientBuilder builder(String url) {
    return new VerhulstClientBuilder(URI.create(url));
  }

  /** A client with the standard settings for the server at that address. */
  public static VerhulstClient connect(String url) {
    return builder(url).build();
  }

  /** The same calls with futures, over the same connections. */
  public AsyncVerhulstClient async() {
    return async;
  }

  /** This client with another timeout per call, over the same connections. */
  public VerhulstClient withTimeout(Duration timeout) {
    return new VerhulstClient(async.withTimeout(timeout));
  }

  /** This client with another way to encode tensors, over the same connections. */
  public VerhulstClient withEncoding(Encoding encoding) {
    return new VerhulstClient(async.withEncoding(encoding));
  }

  /** Any request to any model. */
  public InferenceResponse infer(InferenceRequest request) {
    return async.caller().execute(async.calls().infer(request));
  }

  /** The mean binary cross-entropy of logits and targets, in FP32. */
  public float binaryCrossEntropyWithLogits(float[] logits, float[] target) {
    return (float)
        binaryCrossEntropyWithLogits(BinaryCrossEntropyWithLogits.of(logits, target)).value();
  }

  /** The mean binary cross-entropy of logits and targets, in FP64. */
  public double binaryCrossEntropyWithLogits(double[] logits, double[] target) {
    return binaryCrossEntropyWithLogits(BinaryCrossEntropyWithLogits.of(logits, target)).value();
  }

  /** The binary cross-entropy with weights, another reduction, or its gradient. */
  public LossResult binaryCrossEntropyWithLogits(BinaryCrossEntropyWithLogits loss) {
    return loss.toResult(infer(loss.toRequest()));
  }

  /** Whether the server is alive; false too where nothing listens there. */
  public boolean isLive() {
    return isHealthy(async.calls().live());
  }

  /** Whether the server takes requests; false too where nothing listens there. */
  public boolean isReady() {
    return isHealthy(async.calls().ready());
  }

  /** Whether the model takes requests; false too for a model that the server does not know. */
  public boolean isModelReady(String model) {
    return isHealthy(async.calls().modelReady(model));
  }

  /** What the server says of itself. */
  public ServerMetadata serverMetadata() {
    return async.caller().execute(async.calls().serverMetadata());
  }

  /** What the server says of a model. */
  public ModelMetadata modelMetadata(String model) {
    return async.caller().execute(async.calls().modelMetadata(model, null));
  }

  /** What the server says of a version of a model. */
  public ModelMetadata modelMetadata(String model, String version) {
    return async.caller().execute(async.calls().modelMetadata(model, version));
  }

  /**
   * Refuses new calls, waits for those in flight, and lets go of the connections; interrupting the
   * thread gives the calls up. Closes every client that shares them.
   */
  @Override
  public void close() {
    async.close();
  }

  @Override
  protected float[] inferFloats(InferenceRequest request) {
    return AsyncVerhulstClient.onlyOutput(request, infer(request)).toFloats();
  }

  @Override
  protected double[] inferDoubles(InferenceRequest request) {
    return AsyncVerhulstClient.onlyOutput(request, infer(request)).toDoubles();
  }

  @Override
  protected Tensor inferTensor(InferenceRequest request) {
    return AsyncVerhulstClient.onlyOutput(request, infer(request));
  }

  private boolean isHealthy(Call<Boolean> call) {
    try {
      return async.onceCaller().execute(call);
    } catch (VerhulstException e) {
      if (AsyncVerhulstClient.meansUnhealthy(e)) {
        return false;
      }
      throw e;
    }
  }
}
