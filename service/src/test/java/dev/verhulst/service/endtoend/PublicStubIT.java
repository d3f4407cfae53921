package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import inference.GRPCInferenceServiceGrpc;
import inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import inference.GrpcPredictV2.InferParameter;
import inference.GrpcPredictV2.InferTensorContents;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferRequest.InferInputTensor;
import inference.GrpcPredictV2.ModelInferRequest.InferRequestedOutputTensor;
import inference.GrpcPredictV2.ModelInferResponse;
import inference.GrpcPredictV2.ModelMetadataRequest;
import inference.GrpcPredictV2.ModelMetadataResponse;
import inference.GrpcPredictV2.ModelReadyRequest;
import inference.GrpcPredictV2.ServerLiveRequest;
import inference.GrpcPredictV2.ServerMetadataRequest;
import inference.GrpcPredictV2.ServerReadyRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The stub that was generated from the public proto file of the Open Inference Protocol, as it is
 * published in Apache Camel's component for KServe.
 */
@ExtendWith(SharedService.class)
class PublicStubIT {

  private static final float[] X = {-2, 0, 0.5f, Float.POSITIVE_INFINITY};

  private static ManagedChannel channel;

  private static GRPCInferenceServiceBlockingStub stub;

  @BeforeAll
  static void connect(ServiceProcess service) {
    channel =
        NettyChannelBuilder.forAddress("localhost", service.grpcPort()).usePlaintext().build();
    stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
  }

  @AfterAll
  static void disconnect() {
    channel.shutdownNow();
  }

  @Test
  void sayWhetherTheServerAndAModelAreReady() {
    assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThat(stub.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
    assertThat(
            stub.modelReady(ModelReadyRequest.newBuilder().setName("sigmoid").build()).getReady())
        .isTrue();
  }

  @Test
  void describeTheServerAndAModel() {
    assertThat(stub.serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName())
        .isEqualTo("verhulst");
    ModelMetadataResponse model =
        stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("sigmoid").build());
    assertThat(model.getName()).isEqualTo("sigmoid");
    assertThat(model.getInputsList()).extracting(input -> input.getName()).contains("x");
    assertThat(model.getOutputsList()).extracting(output -> output.getName()).contains("y");
  }

  @Test
  void inferFromTypedContents() {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (float x : X) {
      contents.addFp32Contents(x);
    }
    ModelInferRequest.Builder request = request("sigmoid");
    request.getInputsBuilder(0).setContents(contents);
    assertThat(floats(stub.modelInfer(request.build()), 0))
        .containsExactly(sigmoid(), within(1e-6f));
  }

  @Test
  void inferFromRawContents() {
    ModelInferRequest request = request("sigmoid").addRawInputContents(raw()).setId("a").build();
    ModelInferResponse response = stub.modelInfer(request);
    assertThat(floats(response, 0)).containsExactly(sigmoid(), within(1e-6f));
    assertThat(response.getId()).isEqualTo("a");
    assertThat(response.getModelName()).isEqualTo("sigmoid");
    assertThat(response.getOutputs(0).getShapeList()).containsExactly(2L, 2L);
  }

  @Test
  void inferTheOutputsAskedForWithParameters() {
    ModelInferRequest request =
        request("leaky_relu")
            .addRawInputContents(raw())
            .putParameters("alpha", InferParameter.newBuilder().setInt64Param(2).build())
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("dy_dx"))
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("y"))
            .build();
    ModelInferResponse response = stub.modelInfer(request);
    assertThat(response.getOutputsList())
        .extracting(output -> output.getName())
        .containsExactly("dy_dx", "y");
    assertThat(floats(response, 1)).containsExactly(-4, 0, 0.5f, Float.POSITIVE_INFINITY);
  }

  @Test
  void inferManyAtOnce() throws Exception {
    GRPCInferenceServiceFutureStub futures = GRPCInferenceServiceGrpc.newFutureStub(channel);
    ModelInferRequest request = request("sigmoid").addRawInputContents(raw()).build();
    List<Future<ModelInferResponse>> responses = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      responses.add(futures.modelInfer(request));
    }
    for (Future<ModelInferResponse> response : responses) {
      assertThat(floats(response.get(), 0)).containsExactly(sigmoid(), within(1e-6f));
    }
  }

  @Test
  void readsErrorsInTheStatus() {
    assertThatThrownBy(() -> stub.modelInfer(request("sigmund").addRawInputContents(raw()).build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND))
        .hasMessageContaining("sigmund");
    assertThatThrownBy(
            () ->
                stub.modelInfer(
                    request("sigmoid")
                        .addRawInputContents(ByteString.copyFrom(new byte[3]))
                        .build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FP16", "BF16", "FP64"})
  void inferOtherTypesRaw(String datatype) {
    int bytes = datatype.equals("FP64") ? 8 : 2;
    ModelInferRequest.Builder request = request("sigmoid");
    request.getInputsBuilder(0).setDatatype(datatype);
    // Zeros are zeros in every type.
    ModelInferResponse response =
        stub.modelInfer(
            request.addRawInputContents(ByteString.copyFrom(new byte[4 * bytes])).build());
    assertThat(response.getOutputs(0).getDatatype()).isEqualTo(datatype);
    ByteBuffer half = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (datatype) {
      case "FP16" -> half.putShort(Float.floatToFloat16(0.5f));
      case "BF16" -> half.putShort((short) (Float.floatToRawIntBits(0.5f) >> Short.SIZE));
      default -> half.putDouble(0.5);
    }
    ByteString expected = ByteString.copyFrom(half.flip());
    assertThat(response.getRawOutputContents(0))
        .isEqualTo(expected.concat(expected).concat(expected).concat(expected));
  }

  private static ModelInferRequest.Builder request(String model) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(
            InferInputTensor.newBuilder().setName("x").setDatatype("FP32").addShape(2).addShape(2));
  }

  private static ByteString raw() {
    ByteBuffer bytes = ByteBuffer.allocate(4 * X.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(X);
    return ByteString.copyFrom(bytes);
  }

  private static float[] sigmoid() {
    float[] y = new float[X.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = (float) (1 / (1 + Math.exp(-X[i])));
    }
    return y;
  }

  private static float[] floats(ModelInferResponse response, int output) {
    float[] values = new float[X.length];
    response
        .getRawOutputContents(output)
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }
}
