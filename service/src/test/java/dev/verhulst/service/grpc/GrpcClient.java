package dev.verhulst.service.grpc;

import com.google.protobuf.ByteString;
import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc;
import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import dev.verhulst.grpc.protocol.InferTensorContents;
import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelInferRequest.InferInputTensor;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/** A client of the generated stub, over a real socket. */
public final class GrpcClient implements AutoCloseable {

  private final ManagedChannel channel;

  public GrpcClient(int port) {
    channel =
        NettyChannelBuilder.forAddress("localhost", port)
            .usePlaintext()
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .build();
  }

  /** A client over TLS. */
  public GrpcClient(int port, TrustManagerFactory trust) throws SSLException {
    channel =
        NettyChannelBuilder.forAddress("localhost", port)
            .sslContext(GrpcSslContexts.forClient().trustManager(trust).build())
            .build();
  }

  public ManagedChannel channel() {
    return channel;
  }

  /** Calls that wait, each for half a minute at most. */
  public GRPCInferenceServiceBlockingStub calls() {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  /** Calls that do not wait. */
  public GRPCInferenceServiceFutureStub futures() {
    return GRPCInferenceServiceGrpc.newFutureStub(channel);
  }

  public GRPCInferenceServiceStub async() {
    return GRPCInferenceServiceGrpc.newStub(channel);
  }

  /** A request of one input {@code x} in FP32, raw. */
  public static ModelInferRequest.Builder raw(String model, float... x) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(input("FP32", x.length))
        .addRawInputContents(bytes(x));
  }

  /** A request of one input {@code x} in FP32, typed. */
  public static ModelInferRequest.Builder typed(String model, float... x) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (float value : x) {
      contents.addFp32Contents(value);
    }
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(input("FP32", x.length).setContents(contents));
  }

  /** The input {@code x} without its elements. */
  public static InferInputTensor.Builder input(String datatype, long... shape) {
    InferInputTensor.Builder input =
        InferInputTensor.newBuilder().setName("x").setDatatype(datatype);
    for (long dimension : shape) {
      input.addShape(dimension);
    }
    return input;
  }

  public static ByteString bytes(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return ByteString.copyFrom(bytes);
  }

  /** The elements of the answer's first output. */
  public static float[] floats(ModelInferResponse response) {
    ByteString raw = response.getRawOutputContents(0);
    float[] values = new float[raw.size() / Float.BYTES];
    raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
