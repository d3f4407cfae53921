package dev.verhulst.client;

import dev.verhulst.client.activation.NamedActivationCalls;
import dev.verhulst.client.error.VerhulstException;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.jobs.Calibration;
import dev.verhulst.client.jobs.CalibrationMethod;
import dev.verhulst.client.jobs.Job;
import dev.verhulst.client.jobs.JobListener;
import dev.verhulst.client.jobs.LogisticRegression;
import dev.verhulst.client.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.client.loss.LossResult;
import dev.verhulst.client.metadata.ModelConfiguration;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ModelStatistics;
import dev.verhulst.client.metadata.RepositoryEntry;
import dev.verhulst.client.metadata.ServerMetadata;
import dev.verhulst.client.streaming.ChunkedCalls;
import dev.verhulst.client.streaming.Chunking;
import dev.verhulst.client.streaming.PendingChunk;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * A client of Verhulst, and of any other server that speaks the Open Inference Protocol.
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

  /**
   * A builder of a client for the server at that address, e.g. {@code http://localhost:8000}; with
   * the module {@code verhulst-client-grpc} also {@code grpc://localhost:8001}.
   */
  public static VerhulstClientBuilder builder(String url) {
    return new VerhulstClientBuilder(url);
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

  /** The addresses of the client's endpoints. */
  public List<URI> endpoints() {
    return async.endpoints();
  }

  /**
   * This client with one of its endpoints, over the same connections: its calls go there, whatever
   * the state of the others.
   */
  public VerhulstClient at(URI endpoint) {
    return new VerhulstClient(async.at(endpoint));
  }

  /** Element-wise activations of tensors that are larger than one request, cut into chunks. */
  public ChunkedCalls inChunks(Chunking chunking) {
    return new ChunkedCalls(request -> pending(request, async.calls().infer(request)), chunking);
  }

  /** Any request to any model. */
  public InferenceResponse infer(InferenceRequest request) {
    return async.calls().infer(request).await();
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
    return async.calls().live().await();
  }

  /** Whether the server takes requests; false too where nothing listens there. */
  public boolean isReady() {
    return async.calls().ready().await();
  }

  /** Whether the model takes requests; false too for a model that the server does not know. */
  public boolean isModelReady(String model) {
    return async.calls().modelReady(model, null).await();
  }

  /** Whether a version of a model takes requests. */
  public boolean isModelReady(String model, String version) {
    return async.calls().modelReady(model, version).await();
  }

  /** What the server says of itself. */
  public ServerMetadata serverMetadata() {
    return async.calls().serverMetadata().await();
  }

  /** What the server says of a model. */
  public ModelMetadata modelMetadata(String model) {
    return async.calls().modelMetadata(model, null).await();
  }

  /** What the server says of a version of a model. */
  public ModelMetadata modelMetadata(String model, String version) {
    return async.calls().modelMetadata(model, version).await();
  }

  /** How the server runs a model (Triton's extension {@code model_configuration}). */
  public ModelConfiguration modelConfiguration(String model) {
    return async.calls().modelConfiguration(model, null).await();
  }

  /** How the server runs a version of a model. */
  public ModelConfiguration modelConfiguration(String model, String version) {
    return async.calls().modelConfiguration(model, version).await();
  }

  /** What the versions of all models have done (Triton's extension {@code statistics}). */
  public List<ModelStatistics> statistics() {
    return async.calls().statistics(null, null).await();
  }

  /** What the versions of a model have done. */
  public List<ModelStatistics> statistics(String model) {
    return async.calls().statistics(model, null).await();
  }

  /** What a version of a model has done; one entry. */
  public List<ModelStatistics> statistics(String model, String version) {
    return async.calls().statistics(model, version).await();
  }

  /** The models of the server's repository (Triton's extension {@code model_repository}). */
  public List<RepositoryEntry> repositoryIndex() {
    return async.calls().repositoryIndex(false).await();
  }

  /**
   * The models of the server's repository.
   *
   * @param readyOnly whether to leave out those that take no requests
   */
  public List<RepositoryEntry> repositoryIndex(boolean readyOnly) {
    return async.calls().repositoryIndex(readyOnly).await();
  }

  /** Loads a model of the repository, or loads it anew. */
  public void loadModel(String model) {
    async.calls().loadModel(model, null).await();
  }

  /**
   * Loads a model with another configuration than its own.
   *
   * @param configuration the configuration, as JSON
   */
  public void loadModel(String model, String configuration) {
    async.calls().loadModel(model, configuration).await();
  }

  /** Unloads a model. */
  public void unloadModel(String model) {
    async.calls().unloadModel(model, false).await();
  }

  /**
   * Unloads a model.
   *
   * @param unloadDependents whether the models that it is made of go too
   */
  public void unloadModel(String model, boolean unloadDependents) {
    async.calls().unloadModel(model, unloadDependents).await();
  }

  /**
   * A logistic regression under the name of a model: fitted on the server by a job, and asked for
   * probabilities.
   */
  public LogisticRegression logisticRegression(String model) {
    return async.logisticRegression(model);
  }

  /** The calibration of a head that the server has, fitted on the server by a job. */
  public Calibration calibrate(String model, CalibrationMethod method) {
    return async.calibrate(model, method);
  }

  /** A job that was sent before, from here or elsewhere. */
  public Job job(String id, JobListener listener) {
    return async.job(id, listener);
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
    return async.calls().onlyOutput(request, infer(request)).toFloats();
  }

  @Override
  protected double[] inferDoubles(InferenceRequest request) {
    return async.calls().onlyOutput(request, infer(request)).toDoubles();
  }

  @Override
  protected Tensor inferTensor(InferenceRequest request) {
    return async.calls().onlyOutput(request, infer(request));
  }

  private PendingChunk pending(InferenceRequest request, Call<InferenceResponse> call) {
    return new PendingChunk() {
      @Override
      public InferenceResponse await() {
        InferenceResponse response = call.await();
        async.calls().onlyOutput(request, response);
        return response;
      }

      @Override
      public void cancel() {
        call.future().cancel(true);
      }
    };
  }
}
