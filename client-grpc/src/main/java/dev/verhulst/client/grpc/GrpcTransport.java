package dev.verhulst.client.grpc;

import com.google.common.util.concurrent.ListenableFuture;
import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.metadata.ModelConfiguration;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ModelStatistics;
import dev.verhulst.client.metadata.RepositoryEntry;
import dev.verhulst.client.metadata.ServerMetadata;
import dev.verhulst.client.transport.Attempt;
import dev.verhulst.client.transport.Futures;
import dev.verhulst.client.transport.ModelReference;
import dev.verhulst.client.transport.Transport;
import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc;
import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import dev.verhulst.grpc.protocol.ModelConfigRequest;
import dev.verhulst.grpc.protocol.ModelMetadataRequest;
import dev.verhulst.grpc.protocol.ModelReadyRequest;
import dev.verhulst.grpc.protocol.ModelReadyResponse;
import dev.verhulst.grpc.protocol.ModelRepositoryParameter;
import dev.verhulst.grpc.protocol.ModelStatisticsRequest;
import dev.verhulst.grpc.protocol.RepositoryIndexRequest;
import dev.verhulst.grpc.protocol.RepositoryModelLoadRequest;
import dev.verhulst.grpc.protocol.RepositoryModelUnloadRequest;
import dev.verhulst.grpc.protocol.ServerLiveRequest;
import dev.verhulst.grpc.protocol.ServerLiveResponse;
import dev.verhulst.grpc.protocol.ServerMetadataRequest;
import dev.verhulst.grpc.protocol.ServerReadyRequest;
import dev.verhulst.grpc.protocol.ServerReadyResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes calls over gRPC. The server is told the deadline of each. */
final class GrpcTransport implements Transport {

  /** What a server is given beyond the call's timeout, which the client enforces in its words. */
  private static final Duration GRACE = Duration.ofMillis(250);

  private final URI endpoint;
  private final ManagedChannel channel;
  private final Reconnection reconnection;
  private final Metadata headers;
  private final GRPCInferenceServiceFutureStub stub;
  private final boolean gzip;

  /**
   * @param headers what every call carries
   * @param gzip whether inferences are compressed
   */
  GrpcTransport(URI endpoint, ManagedChannel channel, Metadata headers, boolean gzip) {
    this(endpoint, channel, new Reconnection(channel), headers, gzip);
  }

  private GrpcTransport(
      URI endpoint,
      ManagedChannel channel,
      Reconnection reconnection,
      Metadata headers,
      boolean gzip) {
    this.endpoint = endpoint;
    this.channel = channel;
    this.reconnection = reconnection;
    this.headers = headers;
    this.stub =
        GRPCInferenceServiceGrpc.newFutureStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    this.gzip = gzip;
  }

  @Override
  public String name() {
    return "grpc";
  }

  @Override
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public Transport withHeaders(Map<String, String> more) {
    return new GrpcTransport(endpoint, channel, reconnection, Headers.with(headers, more), gzip);
  }

  @Override
  public Attempt<InferenceResponse> infer(
      InferenceRequest request, Encoding encoding, Duration timeout) {
    return begin(
        "ModelInfer",
        request.model(),
        timeout,
        within ->
            (gzip ? within.withCompression("gzip") : within)
                .modelInfer(InferMessages.request(request)),
        answer -> InferMessages.response(request, answer));
  }

  @Override
  public Attempt<Boolean> isLive(Duration timeout) {
    return begin(
        "ServerLive",
        null,
        timeout,
        within -> within.serverLive(ServerLiveRequest.getDefaultInstance()),
        ServerLiveResponse::getLive);
  }

  @Override
  public Attempt<Boolean> isReady(Duration timeout) {
    return begin(
        "ServerReady",
        null,
        timeout,
        within -> within.serverReady(ServerReadyRequest.getDefaultInstance()),
        ServerReadyResponse::getReady);
  }

  @Override
  public Attempt<Boolean> isModelReady(ModelReference model, Duration timeout) {
    ModelReadyRequest request =
        ModelReadyRequest.newBuilder().setName(model.name()).setVersion(version(model)).build();
    return begin(
        "ModelReady",
        model.name(),
        timeout,
        within -> within.modelReady(request),
        ModelReadyResponse::getReady);
  }

  @Override
  public Attempt<ServerMetadata> serverMetadata(Duration timeout) {
    return begin(
        "ServerMetadata",
        null,
        timeout,
        within -> within.serverMetadata(ServerMetadataRequest.getDefaultInstance()),
        Descriptions::server);
  }

  @Override
  public Attempt<ModelMetadata> modelMetadata(ModelReference model, Duration timeout) {
    ModelMetadataRequest request =
        ModelMetadataRequest.newBuilder().setName(model.name()).setVersion(version(model)).build();
    return begin(
        "ModelMetadata",
        model.name(),
        timeout,
        within -> within.modelMetadata(request),
        Descriptions::model);
  }

  @Override
  public Attempt<ModelConfiguration> modelConfiguration(ModelReference model, Duration timeout) {
    ModelConfigRequest request =
        ModelConfigRequest.newBuilder().setName(model.name()).setVersion(version(model)).build();
    return begin(
        "ModelConfig",
        model.name(),
        timeout,
        within -> within.modelConfig(request),
        answer -> Descriptions.configuration(answer.getConfig()));
  }

  @Override
  public Attempt<List<ModelStatistics>> statistics(
      @Nullable ModelReference model, Duration timeout) {
    ModelStatisticsRequest request =
        model == null
            ? ModelStatisticsRequest.getDefaultInstance()
            : ModelStatisticsRequest.newBuilder()
                .setName(model.name())
                .setVersion(version(model))
                .build();
    return begin(
        "ModelStatistics",
        model == null ? null : model.name(),
        timeout,
        within -> within.modelStatistics(request),
        answer -> answer.getModelStatsList().stream().map(Descriptions::statistics).toList());
  }

  @Override
  public Attempt<List<RepositoryEntry>> repositoryIndex(boolean readyOnly, Duration timeout) {
    return begin(
        "RepositoryIndex",
        null,
        timeout,
        within ->
            within.repositoryIndex(RepositoryIndexRequest.newBuilder().setReady(readyOnly).build()),
        Descriptions::repository);
  }

  @Override
  public Attempt<Boolean> loadModel(
      String model, @Nullable String configuration, Duration timeout) {
    RepositoryModelLoadRequest.Builder request =
        RepositoryModelLoadRequest.newBuilder().setModelName(model);
    if (configuration != null) {
      request.putParameters(
          "config", ModelRepositoryParameter.newBuilder().setStringParam(configuration).build());
    }
    return begin(
        "RepositoryModelLoad",
        model,
        timeout,
        within -> within.repositoryModelLoad(request.build()),
        done -> true);
  }

  @Override
  public Attempt<Boolean> unloadModel(String model, boolean unloadDependents, Duration timeout) {
    RepositoryModelUnloadRequest.Builder request =
        RepositoryModelUnloadRequest.newBuilder().setModelName(model);
    if (unloadDependents) {
      request.putParameters(
          "unload_dependents", ModelRepositoryParameter.newBuilder().setBoolParam(true).build());
    }
    return begin(
        "RepositoryModelUnload",
        model,
        timeout,
        within -> within.repositoryModelUnload(request.build()),
        done -> true);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private <M, T> Attempt<T> begin(
      String method,
      @Nullable String model,
      Duration timeout,
      Function<GRPCInferenceServiceFutureStub, ListenableFuture<M>> call,
      Reception.Reader<M, T> reader) {
    FailedCall failed = FailedCall.unanswered(method, endpoint, model);
    ServerAnswer serverAnswer = new ServerAnswer(reconnection);
    Reception<M, T> reception =
        new Reception<>(failed, timeout, reader, serverAnswer, reconnection);
    long deadline = timeout.plus(GRACE).toNanos();
    ListenableFuture<M> sent =
        call.apply(
            stub.withDeadlineAfter(deadline, TimeUnit.NANOSECONDS).withInterceptors(serverAnswer));
    com.google.common.util.concurrent.Futures.addCallback(sent, reception, Runnable::run);
    Futures.cancelWith(reception.answer(), sent);
    return new Attempt<>(failed, reception.answer());
  }

  private static String version(ModelReference model) {
    return model.version() == null ? "" : model.version();
  }
}
