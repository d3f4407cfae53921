package dev.verhulst.client.transport;

import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.metadata.ModelConfiguration;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ModelStatistics;
import dev.verhulst.client.metadata.RepositoryEntry;
import dev.verhulst.client.metadata.ServerMetadata;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the Open Inference Protocol, brought to one endpoint: over HTTP, over gRPC.
 * Thread-safe. Retries, the choice of an endpoint and timeouts are not its business: each method
 * makes one {@link Attempt}, and the client cancels it when its time has passed.
 *
 * <p>The timeout that each method takes is what is left of the call's, for transports that tell the
 * server. An argument that cannot be sent is an {@link IllegalArgumentException}.
 */
public interface Transport extends AutoCloseable {

  /** What it speaks, e.g. {@code http}: a label for logs and metrics. */
  String name();

  /** The address of the server. */
  URI endpoint();

  /**
   * The same transport, whose calls carry more: headers in HTTP, metadata in gRPC. It shares
   * everything with this one and needs no closing.
   */
  Transport withHeaders(Map<String, String> headers);

  /**
   * Makes an inference.
   *
   * @param encoding how tensors travel, where the transport leaves a choice
   */
  Attempt<InferenceResponse> infer(InferenceRequest request, Encoding encoding, Duration timeout);

  /** Whether the server is alive: true, or false, or an error that says that it is not. */
  Attempt<Boolean> isLive(Duration timeout);

  /** Whether the server takes requests: true, or false, or an error that says that it does not. */
  Attempt<Boolean> isReady(Duration timeout);

  /** Whether the model takes requests: true, or false, or an error that says that it does not. */
  Attempt<Boolean> isModelReady(ModelReference model, Duration timeout);

  Attempt<ServerMetadata> serverMetadata(Duration timeout);

  Attempt<ModelMetadata> modelMetadata(ModelReference model, Duration timeout);

  Attempt<ModelConfiguration> modelConfiguration(ModelReference model, Duration timeout);

  /**
   * The statistics of a model, or of all.
   *
   * @param model the model; null for all
   */
  Attempt<List<ModelStatistics>> statistics(@Nullable ModelReference model, Duration timeout);

  /**
   * The models of the server's repository.
   *
   * @param readyOnly whether to leave out those that take no requests
   */
  Attempt<List<RepositoryEntry>> repositoryIndex(boolean readyOnly, Duration timeout);

  /**
   * Loads a model, or loads it anew.
   *
   * @param configuration the configuration to load it with, as JSON; null for its own
   * @return true, or an error
   */
  Attempt<Boolean> loadModel(String model, @Nullable String configuration, Duration timeout);

  /**
   * Unloads a model.
   *
   * @param unloadDependents whether the models that it is made of go too
   * @return true, or an error
   */
  Attempt<Boolean> unloadModel(String model, boolean unloadDependents, Duration timeout);

  /**
   * The calls of jobs.
   *
   * @throws UnsupportedOperationException where it has none
   */
  default JobTransport jobs() {
    throw new UnsupportedOperationException(
        "jobs are sent over HTTP: connect to the server's HTTP port, by default 8000; "
            + endpoint()
            + " speaks "
            + name());
  }

  /** Lets go of what the transport holds. Closing twice is harmless. */
  @Override
  void close();
}
