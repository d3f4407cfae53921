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
import dev.verhulst.client.routing.Endpoint;
import dev.verhulst.client.transport.Futures;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a {@link VerhulstClient} with futures: no caller waits. A future fails with a {@link
 * VerhulstException}; cancelling it gives the call up and closes its connection. Tensors over
 * buffers must not change before the future is done.
 */
public final class AsyncVerhulstClient
    extends NamedActivationCalls<
        CompletableFuture<float[]>, CompletableFuture<double[]>, CompletableFuture<Tensor>>
    implements AutoCloseable {

  private final CallOptions options;
  private final Calls calls;
  private final Connections connections;

  AsyncVerhulstClient(CallOptions options, Connections connections) {
    this.options = options;
    this.calls = new Calls(options, connections);
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

  /** The addresses of the client's endpoints. */
  public List<URI> endpoints() {
    return connections.router().pool().endpoints().stream().map(Endpoint::address).toList();
  }

  /**
   * This client with one of its endpoints, over the same connections: its calls go there, whatever
   * the state of the others.
   */
  public AsyncVerhulstClient at(URI endpoint) {
    return new AsyncVerhulstClient(
        options.at(connections.router().pool().endpoint(endpoint)), connections);
  }

  /** Any request to any model. */
  public CompletableFuture<InferenceResponse> infer(InferenceRequest request) {
    return calls.infer(request).toFuture();
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
    return calls.live().toFuture();
  }

  /** Whether the server takes requests; false too where nothing listens there. */
  public CompletableFuture<Boolean> isReady() {
    return calls.ready().toFuture();
  }

  /** Whether the model takes requests; false too for a model that the server does not know. */
  public CompletableFuture<Boolean> isModelReady(String model) {
    return calls.modelReady(model, null).toFuture();
  }

  /** Whether a version of a model takes requests. */
  public CompletableFuture<Boolean> isModelReady(String model, String version) {
    return calls.modelReady(model, version).toFuture();
  }

  /** What the server says of itself. */
  public CompletableFuture<ServerMetadata> serverMetadata() {
    return calls.serverMetadata().toFuture();
  }

  /** What the server says of a model. */
  public CompletableFuture<ModelMetadata> modelMetadata(String model) {
    return calls.modelMetadata(model, null).toFuture();
  }

  /** What the server says of a version of a model. */
  public CompletableFuture<ModelMetadata> modelMetadata(String model, String version) {
    return calls.modelMetadata(model, version).toFuture();
  }

  /** How the server runs a model (Triton's extension {@code model_configuration}). */
  public CompletableFuture<ModelConfiguration> modelConfiguration(String model) {
    return calls.modelConfiguration(model, null).toFuture();
  }

  /** How the server runs a version of a model. */
  public CompletableFuture<ModelConfiguration> modelConfiguration(String model, String version) {
    return calls.modelConfiguration(model, version).toFuture();
  }

  /** What the versions of all models have done (Triton's extension {@code statistics}). */
  public CompletableFuture<List<ModelStatistics>> statistics() {
    return calls.statistics(null, null).toFuture();
  }

  /** What the versions of a model have done. */
  public CompletableFuture<List<ModelStatistics>> statistics(String model) {
    return calls.statistics(model, null).toFuture();
  }

  /** What a version of a model has done; one entry. */
  public CompletableFuture<List<ModelStatistics>> statistics(String model, String version) {
    return calls.statistics(model, version).toFuture();
  }

  /** The models of the server's repository (Triton's extension {@code model_repository}). */
  public CompletableFuture<List<RepositoryEntry>> repositoryIndex() {
    return calls.repositoryIndex(false).toFuture();
  }

  /**
   * The models of the server's repository.
   *
   * @param readyOnly whether to leave out those that take no requests
   */
  public CompletableFuture<List<RepositoryEntry>> repositoryIndex(boolean readyOnly) {
    return calls.repositoryIndex(readyOnly).toFuture();
  }

  /** Loads a model of the repository, or loads it anew. */
  public CompletableFuture<@Nullable Void> loadModel(String model) {
    return Futures.withoutValue(calls.loadModel(model, null).toFuture());
  }

  /**
   * Loads a model with another configuration than its own.
   *
   * @param configuration the configuration, as JSON
   */
  public CompletableFuture<@Nullable Void> loadModel(String model, String configuration) {
    return Futures.withoutValue(calls.loadModel(model, configuration).toFuture());
  }

  /** Unloads a model. */
  public CompletableFuture<@Nullable Void> unloadModel(String model) {
    return Futures.withoutValue(calls.unloadModel(model, false).toFuture());
  }

  /**
   * Unloads a model.
   *
   * @param unloadDependents whether the models that it is made of go too
   */
  public CompletableFuture<@Nullable Void> unloadModel(String model, boolean unloadDependents) {
    return Futures.withoutValue(calls.unloadModel(model, unloadDependents).toFuture());
  }

  /**
   * A logistic regression under the name of a model: fitted on the server by a job, and asked for
   * probabilities.
   */
  public LogisticRegression logisticRegression(String model) {
    return new LogisticRegression(model, calls.jobs(), this::infer);
  }

  /** The calibration of a head that the server has, fitted on the server by a job. */
  public Calibration calibrate(String model, CalibrationMethod method) {
    return new Calibration(model, method, calls.jobs());
  }

  /** A job that was sent before, from here or elsewhere. */
  public Job job(String id, JobListener listener) {
    return Job.of(id, calls.jobs(), listener);
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
    return Futures.map(infer(request), response -> calls.onlyOutput(request, response));
  }

  Calls calls() {
    return calls;
  }
}
