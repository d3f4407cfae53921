package dev.verhulst.client;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.Failures;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.jobs.JobCalls;
import dev.verhulst.client.jobs.JobListener;
import dev.verhulst.client.jobs.JobRequest;
import dev.verhulst.client.jobs.JobStatus;
import dev.verhulst.client.metadata.ModelConfiguration;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ModelStatistics;
import dev.verhulst.client.metadata.RepositoryEntry;
import dev.verhulst.client.metadata.ServerMetadata;
import dev.verhulst.client.routing.Endpoint;
import dev.verhulst.client.routing.HealthCheck;
import dev.verhulst.client.routing.Operation;
import dev.verhulst.client.routing.Route;
import dev.verhulst.client.transport.ModelReference;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Begins the calls of the Open Inference Protocol. */
final class Calls {

  private final CallOptions options;
  private final Connections connections;

  Calls(CallOptions options, Connections connections) {
    this.options = options;
    this.connections = connections;
  }

  Call<InferenceResponse> infer(InferenceRequest request) {
    Duration timeout =
        request
            .timeout()
            .map(limit -> CallOptions.checkTimeout("timeout", limit))
            .orElse(options.timeout());
    Route route = new Route(request.encoding().orElse(options.encoding()), options.pinned());
    return new Call<>(
        connections.inFlight().begin(() -> connections.inferences().infer(request, route, timeout)),
        description("infer", request.model()));
  }

  /**
   * The output that a request for one lists. Where the request has an x, it has the shape of x and
   * as many elements of the same type: a RAW request does not say what its bytes are, so that a
   * server may take them for something else, and answers a vector at best.
   */
  Tensor onlyOutput(InferenceRequest request, InferenceResponse response) {
    String name = request.outputs().get(0).name();
    Tensor output = response.output(name);
    Tensor x = request.inputs().get("x");
    if (x != null
        && (output.datatype() != x.datatype()
            || output.bytes().remaining() != x.bytes().remaining())) {
      throw Failures.ofThrowable(
          new java.net.ProtocolException(
              "output '%s' is %s, but x is %s".formatted(name, described(output), described(x))),
          description("infer", request.model()));
    }
    return x == null ? output : Tensor.wrap(x.datatype(), output.bytes(), x.shape());
  }

  private static String described(Tensor tensor) {
    return tensor.datatype() + Arrays.toString(tensor.shape());
  }

  Call<Boolean> live() {
    return healthCheck(
        Operation.healthCheck("isLive", null, (transport, time) -> transport.isLive(time)));
  }

  Call<Boolean> ready() {
    return healthCheck(
        Operation.healthCheck("isReady", null, (transport, time) -> transport.isReady(time)));
  }

  Call<Boolean> modelReady(String model, @Nullable String version) {
    ModelReference reference = new ModelReference(model, version);
    return healthCheck(
        Operation.healthCheck(
            "isModelReady", model, (transport, time) -> transport.isModelReady(reference, time)));
  }

  Call<ServerMetadata> serverMetadata() {
    return begin(
        Operation.of("serverMetadata", null, (transport, time) -> transport.serverMetadata(time)));
  }

  Call<ModelMetadata> modelMetadata(String model, @Nullable String version) {
    ModelReference reference = new ModelReference(model, version);
    return begin(
        Operation.of(
            "modelMetadata", model, (transport, time) -> transport.modelMetadata(reference, time)));
  }

  Call<ModelConfiguration> modelConfiguration(String model, @Nullable String version) {
    ModelReference reference = new ModelReference(model, version);
    return begin(
        Operation.of(
            "modelConfiguration",
            model,
            (transport, time) -> transport.modelConfiguration(reference, time)));
  }

  Call<List<ModelStatistics>> statistics(@Nullable String model, @Nullable String version) {
    ModelReference reference = model == null ? null : new ModelReference(model, version);
    return beginAtOneServer(
        Operation.of(
            "statistics", model, (transport, time) -> transport.statistics(reference, time)));
  }

  Call<List<RepositoryEntry>> repositoryIndex(boolean readyOnly) {
    return beginAtOneServer(
        Operation.of(
            "repositoryIndex",
            null,
            (transport, time) -> transport.repositoryIndex(readyOnly, time)));
  }

  Call<Boolean> loadModel(String model, @Nullable String configuration) {
    return beginAtOneServer(
        Operation.of(
            "loadModel",
            model,
            (transport, time) -> transport.loadModel(model, configuration, time)));
  }

  Call<Boolean> unloadModel(String model, boolean unloadDependents) {
    return beginAtOneServer(
        Operation.of(
            "unloadModel",
            model,
            (transport, time) -> transport.unloadModel(model, unloadDependents, time)));
  }

  /** The calls of jobs: of one server, that has them. */
  JobCalls jobs() {
    return new JobCalls() {
      @Override
      public CompletableFuture<JobStatus> submit(JobRequest request) {
        return beginAtOneServer(
                Operation.of(
                    request.kind(),
                    request.model(),
                    (transport, time) -> transport.jobs().submit(request)))
            .toFuture();
      }

      @Override
      public CompletableFuture<JobStatus> status(String id) {
        return beginAtOneServer(
                Operation.of("job", null, (transport, time) -> transport.jobs().status(id)))
            .toFuture();
      }

      @Override
      public CompletableFuture<JobStatus> cancel(String id) {
        return beginAtOneServer(
                Operation.of("cancelJob", null, (transport, time) -> transport.jobs().cancel(id)))
            .toFuture();
      }

      /** Not one of the calls in flight: who closes the client need not wait for a training. */
      @Override
      public CompletableFuture<JobStatus> follow(String id, JobListener listener) {
        Operation<JobStatus> operation =
            Operation.of(
                "followJob", null, (transport, time) -> transport.jobs().follow(id, listener));
        return new Call<>(
                connections
                    .follows()
                    .begin(
                        () ->
                            connections
                                .router()
                                .send(operation, options.pinned(), CallOptions.LONGEST_TIMEOUT)),
                description(operation.name(), null))
            .toFuture();
      }
    };
  }

  private Call<Boolean> healthCheck(Operation<Boolean> question) {
    return new Call<>(
        connections
            .inFlight()
            .begin(
                () ->
                    HealthCheck.of(
                        connections.router(), question, options.pinned(), options.timeout())),
        description(question.name(), question.model()));
  }

  private <T> Call<T> begin(Operation<T> operation) {
    return new Call<>(
        connections
            .inFlight()
            .begin(() -> connections.router().send(operation, options.pinned(), options.timeout())),
        description(operation.name(), operation.model()));
  }

  /** A call that concerns one server and no other, which therefore has to be chosen. */
  private <T> Call<T> beginAtOneServer(Operation<T> operation) {
    List<Endpoint> endpoints = connections.router().pool().endpoints();
    if (options.pinned() == null && endpoints.size() > 1) {
      throw new IllegalStateException(
          operation.name()
              + " concerns one server, and the client has "
              + endpoints
              + ": call client.at(endpoint)."
              + operation.name()
              + "(...), for each of client.endpoints() where all are meant");
    }
    return begin(operation);
  }

  private FailedCall description(String operation, @Nullable String model) {
    Endpoint pinned = options.pinned();
    URI address =
        (pinned == null ? connections.router().pool().endpoints().get(0) : pinned).address();
    return FailedCall.unanswered(operation, address, model);
  }
}
