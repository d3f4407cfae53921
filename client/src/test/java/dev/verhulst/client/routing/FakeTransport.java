package dev.verhulst.client.routing;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.TransportFailure;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.metadata.ModelConfiguration;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ModelStatistics;
import dev.verhulst.client.metadata.RepositoryEntry;
import dev.verhulst.client.metadata.ServerMetadata;
import dev.verhulst.client.transport.Attempt;
import dev.verhulst.client.transport.ModelReference;
import dev.verhulst.client.transport.Transport;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An endpoint whose answers to {@code serverMetadata} and {@code isReady} a test gives. */
final class FakeTransport implements Transport {

  static final ServerMetadata VALUE = new ServerMetadata("fake", "1", List.of());

  private final URI endpoint;
  private final FailedCall call;
  private final Deque<CompletableFuture<ServerMetadata>> answers = new ArrayDeque<>();
  final List<CompletableFuture<ServerMetadata>> attempts = new ArrayList<>();
  int probes;
  boolean ready;
  boolean closed;

  FakeTransport(String endpoint) {
    this.endpoint = URI.create(endpoint);
    this.call = FailedCall.unanswered("GET", this.endpoint, null);
  }

  /** Fails the next attempt with that status. */
  FakeTransport thenStatus(int status, @Nullable Duration retryAfter) {
    answers.add(
        CompletableFuture.failedFuture(
            TransportFailure.answered(call.answered(status, "no"), retryAfter)));
    return this;
  }

  /** Fails the next attempt, the connection being refused. */
  FakeTransport thenRefuse() {
    return thenBreak(new ConnectException());
  }

  FakeTransport thenBreak(Exception cause) {
    answers.add(CompletableFuture.failedFuture(TransportFailure.unanswered(call, cause)));
    return this;
  }

  /** Leaves the next attempt without an answer. */
  FakeTransport thenHang() {
    answers.add(new CompletableFuture<>());
    return this;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public Transport withHeaders(Map<String, String> headers) {
    throw new UnsupportedOperationException("no test of this transport sends headers");
  }

  @Override
  public Attempt<ServerMetadata> serverMetadata(Duration timeout) {
    CompletableFuture<ServerMetadata> answer =
        answers.isEmpty() ? CompletableFuture.completedFuture(VALUE) : answers.remove();
    attempts.add(answer);
    return new Attempt<>(call, answer);
  }

  @Override
  public Attempt<Boolean> isReady(Duration timeout) {
    probes++;
    return new Attempt<>(call, CompletableFuture.completedFuture(ready));
  }

  @Override
  public Attempt<Boolean> isLive(Duration timeout) {
    return isReady(timeout);
  }

  @Override
  public Attempt<InferenceResponse> infer(
      InferenceRequest request, Encoding encoding, Duration timeout) {
    throw unexpected();
  }

  @Override
  public Attempt<Boolean> isModelReady(ModelReference model, Duration timeout) {
    throw unexpected();
  }

  @Override
  public Attempt<ModelMetadata> modelMetadata(ModelReference model, Duration timeout) {
    throw unexpected();
  }

  @Override
  public Attempt<ModelConfiguration> modelConfiguration(ModelReference model, Duration timeout) {
    throw unexpected();
  }

  @Override
  public Attempt<List<ModelStatistics>> statistics(
      @Nullable ModelReference model, Duration timeout) {
    throw unexpected();
  }

  @Override
  public Attempt<List<RepositoryEntry>> repositoryIndex(boolean readyOnly, Duration timeout) {
    throw unexpected();
  }

  @Override
  public Attempt<Boolean> loadModel(
      String model, @Nullable String configuration, Duration timeout) {
    throw unexpected();
  }

  @Override
  public Attempt<Boolean> unloadModel(String model, boolean unloadDependents, Duration timeout) {
    throw unexpected();
  }

  @Override
  public void close() {
    closed = true;
  }

  private static IllegalStateException unexpected() {
    return new IllegalStateException("no test asks for this");
  }
}
