package dev.verhulst.benchmarks.protocols;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc;
import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends one request over gRPC again and again, its tensor as raw contents. */
final class GrpcCaller implements Caller {

  private final ManagedChannel channel;
  private final GRPCInferenceServiceBlockingStub stub;
  private final ModelInferRequest request;

  /**
   * @param tensor in FP32
   */
  GrpcCaller(int port, ByteBuffer tensor) {
    channel =
        NettyChannelBuilder.forAddress("localhost", port)
            .usePlaintext()
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .flowControlWindow(8 << 20)
            .build();
    stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    request =
        ModelInferRequest.newBuilder()
            .setModelName("sigmoid")
            .addInputs(
                ModelInferRequest.InferInputTensor.newBuilder()
                    .setName("x")
                    .setDatatype("FP32")
                    .addShape(tensor.remaining() / Float.BYTES))
            .addRawInputContents(UnsafeByteOperations.unsafeWrap(tensor.duplicate()))
            .build();
  }

  @Override
  public void call() throws IOException {
    ModelInferResponse response = stub.modelInfer(request);
    ByteString y = response.getRawOutputContents(0);
    if (y.size() != request.getRawInputContents(0).size()) {
      throw new IOException("the answer has " + y.size() + " bytes");
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
