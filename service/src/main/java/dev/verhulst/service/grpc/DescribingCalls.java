package dev.verhulst.service.grpc;

import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.verhulst.grpc.protocol.LogSettingsRequest;
import dev.verhulst.grpc.protocol.LogSettingsResponse;
import dev.verhulst.grpc.protocol.ModelConfigRequest;
import dev.verhulst.grpc.protocol.ModelConfigResponse;
import dev.verhulst.grpc.protocol.ModelMetadataRequest;
import dev.verhulst.grpc.protocol.ModelMetadataResponse;
import dev.verhulst.grpc.protocol.ModelReadyRequest;
import dev.verhulst.grpc.protocol.ModelReadyResponse;
import dev.verhulst.grpc.protocol.ModelRepositoryParameter;
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
import dev.verhulst.grpc.protocol.SystemSharedMemoryRegisterRequest;
import dev.verhulst.grpc.protocol.SystemSharedMemoryRegisterResponse;
import dev.verhulst.grpc.protocol.SystemSharedMemoryStatusRequest;
import dev.verhulst.grpc.protocol.SystemSharedMemoryStatusResponse;
import dev.verhulst.grpc.protocol.SystemSharedMemoryUnregisterRequest;
import dev.verhulst.grpc.protocol.SystemSharedMemoryUnregisterResponse;
import dev.verhulst.service.description.ModelDescriptions;
import dev.verhulst.service.description.ModelDescriptions.NamedStatistics;
import dev.verhulst.service.description.RepositoryControl;
import dev.verhulst.service.description.ServerDescription;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.logging.LogSettings;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls that carry no tensors. Each is answered at once, on the transport's thread; but what
 * reads files has a thread of its own.
 */
final class DescribingCalls extends GRPCInferenceServiceImplBase {

  private final ServerState state;
  private final ServerDescription server;
  private final SharedMemoryCalls sharedMemory;
  private final ModelDescriptions models;
  private final RepositoryControl repository;
  private final LogSettings logging;

  DescribingCalls(
      ServerState state,
      ServerDescription server,
      ModelDescriptions models,
      RepositoryControl repository,
      LogSettings logging,
      SharedMemoryCalls sharedMemory) {
    this.state = state;
    this.server = server;
    this.sharedMemory = sharedMemory;
    this.models = models;
    this.repository = repository;
    this.logging = logging;
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
          models.find(request.getName(), version(request.getVersion()));
          return ModelReadyResponse.newBuilder().setReady(state.isServing()).build();
        });
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
    answer(observer, "ServerMetadata", () -> DescriptionMessages.server(server.extensions()));
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
    answer(
        observer,
        "ModelMetadata",
        () ->
            DescriptionMessages.model(
                models.find(request.getName(), version(request.getVersion())).model(),
                models.versions(request.getName())));
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
          List<NamedStatistics> statistics =
              request.getName().isEmpty()
                  ? models.statistics()
                  : models.statistics(request.getName(), version(request.getVersion()));
          return ModelStatisticsResponse.newBuilder()
              .addAllModelStats(statistics.stream().map(StatisticsMessages::of).toList())
              .build();
        });
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
    answerAside(
        observer,
        "RepositoryIndex",
        () -> {
          expectNoName(request.getRepositoryName());
          return DescriptionMessages.index(repository.index(request.getReady()));
        });
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
    answerAside(
        observer,
        "RepositoryModelLoad",
        () -> {
          expectNoName(request.getRepositoryName());
          repository.load(request.getModelName(), values(request.getParametersMap()));
          return RepositoryModelLoadResponse.getDefaultInstance();
        });
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request,
      StreamObserver<RepositoryModelUnloadResponse> observer) {
    answerAside(
        observer,
        "RepositoryModelUnload",
        () -> {
          expectNoName(request.getRepositoryName());
          repository.unload(request.getModelName(), values(request.getParametersMap()));
          return RepositoryModelUnloadResponse.getDefaultInstance();
        });
  }

  @Override
  public void logSettings(
      LogSettingsRequest request, StreamObserver<LogSettingsResponse> observer) {
    answer(
        observer,
        "LogSettings",
        () -> {
          logging.change(LogSettingsMessages.changes(request));
          return LogSettingsMessages.of(logging.current());
        });
  }

  @Override
  public void systemSharedMemoryStatus(
      SystemSharedMemoryStatusRequest request,
      StreamObserver<SystemSharedMemoryStatusResponse> observer) {
    answer(observer, "SystemSharedMemoryStatus", () -> sharedMemory.status(request));
  }

  @Override
  public void systemSharedMemoryRegister(
      SystemSharedMemoryRegisterRequest request,
      StreamObserver<SystemSharedMemoryRegisterResponse> observer) {
    answerAside(observer, "SystemSharedMemoryRegister", () -> sharedMemory.register(request));
  }

  @Override
  public void systemSharedMemoryUnregister(
      SystemSharedMemoryUnregisterRequest request,
      StreamObserver<SystemSharedMemoryUnregisterResponse> observer) {
    answer(observer, "SystemSharedMemoryUnregister", () -> sharedMemory.unregister(request));
  }

  private static void expectNoName(String repositoryName) {
    if (!repositoryName.isEmpty()) {
      throw RepositoryControl.namedRepository();
    }
  }

  private static Map<String, Object> values(Map<String, ModelRepositoryParameter> parameters) {
    Map<String, Object> values = new HashMap<>();
    parameters.forEach(
        (name, parameter) -> {
          Object value =
              switch (parameter.getParameterChoiceCase()) {
                case BOOL_PARAM -> parameter.getBoolParam();
                case INT64_PARAM -> parameter.getInt64Param();
                case STRING_PARAM -> parameter.getStringParam();
                case BYTES_PARAM -> parameter.getBytesParam();
                case PARAMETERCHOICE_NOT_SET -> "";
              };
          values.put(name, value);
        });
    return values;
  }

  /** The transport's threads must not wait for files. */
  private static <T> void answerAside(
      StreamObserver<T> observer, String method, Supplier<T> answer) {
    Thread.ofVirtual().name("grpc-files").start(() -> answer(observer, method, answer));
  }

  private static <T> void answer(StreamObserver<T> observer, String method, Supplier<T> answer) {
    T response;
    try {
      response = answer.get();
    } catch (RuntimeException | Error e) {
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
