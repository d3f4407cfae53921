package dev.verhulst.client.grpc;

import dev.verhulst.grpc.protocol.DataType;
import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc;
import dev.verhulst.grpc.protocol.ModelConfigRequest;
import dev.verhulst.grpc.protocol.ModelConfigResponse;
import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import dev.verhulst.grpc.protocol.ModelStatistics;
import dev.verhulst.grpc.protocol.ModelStatisticsRequest;
import dev.verhulst.grpc.protocol.ModelStatisticsResponse;
import dev.verhulst.grpc.protocol.RepositoryModelLoadRequest;
import dev.verhulst.grpc.protocol.RepositoryModelLoadResponse;
import dev.verhulst.grpc.protocol.ServerReadyRequest;
import dev.verhulst.grpc.protocol.ServerReadyResponse;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gRPC server on a real socket whose models give their inputs back under the names asked for. */
final class FakeService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase
    implements ServerInterceptor, AutoCloseable {

  private final Server server;
  final List<ModelInferRequest> inferences = new CopyOnWriteArrayList<>();
  final List<Metadata> metadata = new CopyOnWriteArrayList<>();
  final List<RepositoryModelLoadRequest> loads = new CopyOnWriteArrayList<>();

  /** What the next inferences fail with. */
  final Queue<Status> failures = new ArrayDeque<>();

  /** What inferences are answered with; that of an echo where there is none. */
  final Queue<ModelInferResponse> answers = new ArrayDeque<>();

  /** Whether inferences are kept waiting. */
  volatile boolean silent;

  /** Answers those that wait. */
  final List<Runnable> waiting = new CopyOnWriteArrayList<>();

  FakeService() {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .addService(this)
            .intercept(this)
            .build();
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "grpc://localhost:" + server.getPort();
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    metadata.add(headers);
    return next.startCall(call, headers);
  }

  @Override
  public void serverReady(
      ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
    answer(observer, ServerReadyResponse.newBuilder().setReady(true).build());
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
    inferences.add(request);
    Status failure = failures.poll();
    ModelInferResponse given = answers.poll();
    if (silent) {
      waiting.add(() -> answer(observer, echo(request)));
    } else if (failure != null) {
      observer.onError(failure.asRuntimeException());
    } else {
      answer(observer, given == null ? echo(request) : given);
    }
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> observer) {
    ModelStatistics.Builder model =
        ModelStatistics.newBuilder().setName(request.getName()).setInferenceCount(7);
    model.getInferenceStatsBuilder().getQueueBuilder().setCount(2).setNs(10);
    answer(observer, ModelStatisticsResponse.newBuilder().addModelStats(model).build());
  }

  @Override
  public void modelConfig(
      ModelConfigRequest request, StreamObserver<ModelConfigResponse> observer) {
    ModelConfigResponse.Builder response = ModelConfigResponse.newBuilder();
    response
        .getConfigBuilder()
        .setName(request.getName())
        .setMaxBatchSize(8)
        .addInputBuilder()
        .setName("x")
        .setDataType(DataType.TYPE_FP32)
        .addDims(-1);
    answer(observer, response.build());
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
    loads.add(request);
    answer(observer, RepositoryModelLoadResponse.getDefaultInstance());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static ModelInferResponse echo(ModelInferRequest request) {
    ModelInferRequest.InferInputTensor input = request.getInputs(0);
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder().setModelName(request.getModelName()).setId(request.getId());
    response
        .addOutputsBuilder()
        .setName(request.getOutputsCount() == 0 ? "y" : request.getOutputs(0).getName())
        .setDatatype(input.getDatatype())
        .addAllShape(input.getShapeList());
    return response.addRawOutputContents(request.getRawInputContents(0)).build();
  }

  private static <T> void answer(StreamObserver<T> observer, T value) {
    observer.onNext(value);
    observer.onCompleted();
  }
}
