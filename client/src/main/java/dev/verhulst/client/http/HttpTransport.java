package dev.verhulst.client.http;

import dev.verhulst.client.codec.Answer;
import dev.verhulst.client.codec.ErrorBody;
import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.Failures;
import dev.verhulst.client.error.TransportFailure;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.jobs.JobListener;
import dev.verhulst.client.jobs.JobRequest;
import dev.verhulst.client.jobs.JobStatus;
import dev.verhulst.client.metadata.ModelConfiguration;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ModelStatistics;
import dev.verhulst.client.metadata.RepositoryEntry;
import dev.verhulst.client.metadata.ServerMetadata;
import dev.verhulst.client.transport.Attempt;
import dev.verhulst.client.transport.Compression;
import dev.verhulst.client.transport.Futures;
import dev.verhulst.client.transport.JobTransport;
import dev.verhulst.client.transport.ModelReference;
import dev.verhulst.client.transport.Transport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes calls over HTTP. The timeouts that its methods take are the client's to enforce. */
final class HttpTransport implements Transport {

  private final URI endpoint;
  private final Map<String, String> headers;
  private final Compression compression;
  private final HttpCalls calls;
  private final HttpConnections connections;
  private final InstantSource clock;

  /** A transport over connections that outlive it. */
  HttpTransport(
      URI endpoint,
      Map<String, String> headers,
      Compression compression,
      HttpConnections connections,
      InstantSource clock) {
    this.endpoint = endpoint;
    this.headers = headers;
    this.compression = compression;
    this.calls = new HttpCalls(endpoint, headers, compression);
    this.connections = connections;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public Transport withHeaders(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(headers);
    all.putAll(more);
    return new HttpTransport(endpoint, all, compression, connections, clock);
  }

  @Override
  public Attempt<InferenceResponse> infer(
      InferenceRequest request, Encoding encoding, Duration timeout) {
    return begin(calls.infer(request, encoding));
  }

  @Override
  public Attempt<Boolean> isLive(Duration timeout) {
    return begin(calls.live());
  }

  @Override
  public Attempt<Boolean> isReady(Duration timeout) {
    return begin(calls.ready());
  }

  @Override
  public Attempt<Boolean> isModelReady(ModelReference model, Duration timeout) {
    return begin(calls.modelReady(model));
  }

  @Override
  public Attempt<ServerMetadata> serverMetadata(Duration timeout) {
    return begin(calls.serverMetadata());
  }

  @Override
  public Attempt<ModelMetadata> modelMetadata(ModelReference model, Duration timeout) {
    return begin(calls.modelMetadata(model));
  }

  @Override
  public Attempt<ModelConfiguration> modelConfiguration(ModelReference model, Duration timeout) {
    return begin(calls.modelConfiguration(model));
  }

  @Override
  public Attempt<List<ModelStatistics>> statistics(
      @Nullable ModelReference model, Duration timeout) {
    return begin(calls.statistics(model));
  }

  @Override
  public Attempt<List<RepositoryEntry>> repositoryIndex(boolean readyOnly, Duration timeout) {
    return begin(calls.repositoryIndex(readyOnly));
  }

  @Override
  public Attempt<Boolean> loadModel(
      String model, @Nullable String configuration, Duration timeout) {
    return begin(calls.loadModel(model, configuration));
  }

  @Override
  public Attempt<Boolean> unloadModel(String model, boolean unloadDependents, Duration timeout) {
    return begin(calls.unloadModel(model, unloadDependents));
  }

  @Override
  public JobTransport jobs() {
    return new JobTransport() {
      @Override
      public Attempt<JobStatus> submit(JobRequest request) {
        return begin(calls.submitJob(request));
      }

      @Override
      public Attempt<JobStatus> status(String id) {
        return begin(calls.job(id));
      }

      @Override
      public Attempt<JobStatus> cancel(String id) {
        return begin(calls.cancelJob(id));
      }

      @Override
      public Attempt<JobStatus> follow(String id, JobListener listener) {
        return begin(calls.followJob(id, listener));
      }
    };
  }

  @Override
  public void close() {
    // The connections belong to all endpoints together.
  }

  private <T> Attempt<T> begin(HttpCall<T> call) {
    FailedCall failed = call.failed();
    CompletableFuture<HttpResponse<Answer<T>>> sent =
        connections.send(call.request(), call.handler());
    CompletableFuture<T> answer = new CompletableFuture<>();
    Futures.cancelWith(answer, sent);
    call.interest().loseWith(answer);
    sent.whenComplete(
        (response, failure) -> {
          try {
            if (failure != null) {
              throw failureOf(failed, failure);
            }
            answer.complete(valueOf(failed, response));
          } catch (TransportFailure | RuntimeException | Error e) {
            answer.completeExceptionally(e);
          }
        });
    return new Attempt<>(failed, answer);
  }

  private static TransportFailure failureOf(FailedCall failed, Throwable thrown) {
    Throwable failure = Failures.unwrap(thrown);
    if (failure instanceof IOException) {
      return TransportFailure.unanswered(failed, failure);
    }
    throw Failures.ofThrowable(failure, failed);
  }

  private <T> T valueOf(FailedCall failed, HttpResponse<Answer<T>> response)
      throws TransportFailure {
    T value = response.body().value();
    if (value != null) {
      return value;
    }
    FailedCall answered =
        failed.answered(response.statusCode(), ErrorBody.message(response.body().error()));
    Instant now = clock.instant();
    throw TransportFailure.answered(
        answered, RetryAfter.parse(response.headers(), now).orElse(null));
  }
}
