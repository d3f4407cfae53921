package dev.verhulst.service.grpc;

import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.verhulst.grpc.protocol.ModelConfigRequest;
import dev.verhulst.grpc.protocol.ModelConfigResponse;
import dev.verhulst.grpc.protocol.ModelMetadataRequest;
import dev.verhulst.grpc.protocol.ModelMetadataResponse;
import dev.verhulst.grpc.protocol.ModelReadyRequest;
import dev.verhulst.grpc.protocol.ModelReadyResponse;
import dev.verhulst.grpc.protocol.ModelStatisticsRequest;
import dev.verhulst.grpc.protocol.ModelStatisticsResponse;
import dev.verhulst.grpc.protocol.RepositoryIndexRequest;
import dev.verhulst.grpc.protocol.RepositoryIndexResponse;
import dev.verhulst.grpc.protocol.RepositoryModelLoadRequest;
import dev.verhulst.grpc.protocol.RepositoryModelLoadResponse;
import dev.verhulst.grpc.protocol.RepositoryModelUnloadRequest;
import dev.verhulst.grpc.protocol.RepositoryModelUnloadResponse;
import dev.verhulst.grpc.protocol.ServerLiveRequest;
import dev.verhulst.grpc.protocol.ServerLiveResponse;
import dev.verhulst.grpc.protocol.ServerMetadataRequest;
import dev.verhulst.grpc.protocol.ServerMetadataResponse;
import dev.verhulst.grpc.protocol.ServerReadyRequest;
import dev.verhulst.grpc.protocol.ServerReadyResponse;
import dev.verhulst.service.description.ModelDescriptions;
import dev.verhulst.service.lifecycle.ServerState;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The calls that carry no tensors. Each is answered at once, on the transport's thread. */
final class DescribingCalls extends GRPCInferenceServiceImplBase {

  private final ServerState state;
  private final ModelDescriptions models;

  DescribingCalls(ServerState state, ModelDescriptions models) {
    this.state = state;
    this.models = models;
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
    answer(
        observer,
        "ServerLive",
        () -> ServerLiveResponse.newBuilder().setLive(state.isLive()).build());
  }

  @Override
  public void serverReady(
      ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
    answer(
        observer,
        "ServerReady",
        () -> ServerReadyResponse.newBuilder().setReady(state.isReady()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
    answer(
        observer,
        "ModelReady",
        () -> {
          // A function has nothing to load: it is ready when the server is.
          models.find(request.getName(), version(request.getVersion()));
          return ModelReadyResponse.newBuilder().setReady(state.isReady()).build();
        });
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
    answer(observer, "ServerMetadata", DescriptionMessages::server);
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
    answer(
        observer,
        "ModelMetadata",
        () ->
            DescriptionMessages.model(
                models.find(request.getName(), version(request.getVersion()))));
  }

  @Override
  public void modelConfig(
      ModelConfigRequest request, StreamObserver<ModelConfigResponse> observer) {
    answer(
        observer,
        "ModelConfig",
        () ->
            ModelConfigResponse.newBuilder()
                .setConfig(
                    ConfigurationMessages.of(
                        models.configuration(request.getName(), version(request.getVersion()))))
                .build());
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> observer) {
    answer(
        observer,
        "ModelStatistics",
        () -> {
          ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
          if (request.getName().isEmpty()) {
            models
                .statistics()
                .forEach(each -> response.addModelStats(StatisticsMessages.of(each)));
          } else {
            response.addModelStats(
                StatisticsMessages.of(
                    models.statistics(request.getName(), version(request.getVersion()))));
          }
          return response.build();
        });
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
    answer(
        observer,
        "RepositoryIndex",
        () -> {
          if (!request.getRepositoryName().isEmpty()) {
            throw models.namedRepository();
          }
          return DescriptionMessages.index(models.index());
        });
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
    answer(
        observer,
        "RepositoryModelLoad",
        () -> {
          throw models.notLoadable(request.getModelName());
        });
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request,
      StreamObserver<RepositoryModelUnloadResponse> observer) {
    answer(
        observer,
        "RepositoryModelUnload",
        () -> {
          throw models.notLoadable(request.getModelName());
        });
  }

  private static <T> void answer(StreamObserver<T> observer, String method, Supplier<T> answer) {
    T response;
    try {
      response = answer.get();
    } catch (RuntimeException e) {
      observer.onError(GrpcErrors.exception(GrpcErrors.known(e, method)));
      return;
    }
    observer.onNext(response);
    observer.onCompleted();
  }

  private static @Nullable String version(String version) {
    return version.isEmpty() ? null : version;
  }
}
