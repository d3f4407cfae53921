package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.client.loss.LossResult;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.grpc.protocol.InferParameter;
import dev.verhulst.grpc.protocol.InferTensorContents;
import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelInferRequest.InferInputTensor;
import dev.verhulst.grpc.protocol.ModelInferRequest.InferRequestedOutputTensor;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.reference.ReferenceValue;
import dev.verhulst.service.grpc.GrpcClient;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every activation in every type over gRPC with a generated stub, raw and typed, against the
 * reference values; and the loss against its answer over HTTP.
 */
@ExtendWith(SharedService.class)
class GrpcActivationsIT {

  private static GrpcClient grpc;

  private final VerhulstClient http;

  GrpcActivationsIT(VerhulstClient http) {
    this.http = http;
  }

  @BeforeAll
  static void connect(ServiceProcess service) {
    grpc = new GrpcClient(service.grpcPort());
  }

  @AfterAll
  static void disconnect() {
    grpc.close();
  }

  /** As over HTTP: bytes are sent raw, and numbers typed where the type has a field for them. */
  static Stream<ModelCase> cases() {
    return ActivationsIT.cases()
        .filter(
            model ->
                switch (model.encoding()) {
                  case BINARY -> true;
                  case JSON ->
                      model.dataType() == DataType.FP32 || model.dataType() == DataType.FP64;
                  case RAW -> false;
                });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheReferenceValues(ModelCase model) {
    ReferenceValue first = model.rows().get(0);
    long[] shape =
        model.model().equals("softmax")
            ? new long[] {model.rows().size()}
            : new long[] {model.rows().size(), 1};
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model.model());
    boolean raw = model.encoding() == Encoding.BINARY;
    add(request, "x", Tensors.of(model.dataType(), model.rows(), ReferenceValue::x, shape), raw);
    first
        .inputs()
        .forEach(
            (name, value) ->
                add(request, name, Tensors.of(model.dataType(), new double[] {value}), raw));
    first.parameters().forEach((name, value) -> request.putParameters(name, parameter(value)));
    request.addOutputs(InferRequestedOutputTensor.newBuilder().setName("y"));
    request.addOutputs(InferRequestedOutputTensor.newBuilder().setName("dy_dx"));

    ModelInferResponse response = grpc.calls().modelInfer(request.build());
    model.check(output(response, 0), ReferenceValue::exactY, Tolerance.VALUE);
    model.check(output(response, 1), ReferenceValue::exactDyDx, Tolerance.DERIVATIVE);
  }

  @ParameterizedTest
  @EnumSource
  void theLossIsThatOverHttp(DataType dataType) {
    Tensor logits = Tensors.of(dataType, new double[] {-3, -0.5, 0, 0.25, 2, 10}, 3, 2);
    Tensor target = Tensors.of(dataType, new double[] {0, 1, 0.5, 0, 1, 0}, 3, 2);
    LossResult expected =
        http.binaryCrossEntropyWithLogits(
            BinaryCrossEntropyWithLogits.of(logits, target).withGradient());
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder().setModelName("bce_with_logits");
    add(request, "logits", logits, true);
    add(request, "target", target, true);
    request.addOutputs(InferRequestedOutputTensor.newBuilder().setName("loss"));
    request.addOutputs(InferRequestedOutputTensor.newBuilder().setName("grad_logits"));
    ModelInferResponse response = grpc.calls().modelInfer(request.build());
    assertThat(output(response, 0).toDoubles()).containsExactly(expected.loss().toDoubles());
    assertThat(output(response, 1).toDoubles()).containsExactly(expected.gradient().toDoubles());
    assertThat(output(response, 1).shape()).containsExactly(3, 2);
  }

  private static void add(
      ModelInferRequest.Builder request, String name, Tensor tensor, boolean raw) {
    InferInputTensor.Builder input =
        request.addInputsBuilder().setName(name).setDatatype(tensor.datatype().name());
    for (long dimension : tensor.shape()) {
      input.addShape(dimension);
    }
    if (raw) {
      request.addRawInputContents(ByteString.copyFrom(tensor.bytes()));
      return;
    }
    InferTensorContents.Builder contents = input.getContentsBuilder();
    for (double value : tensor.toDoubles()) {
      if (tensor.datatype() == Datatype.FP64) {
        contents.addFp64Contents(value);
      } else {
        contents.addFp32Contents((float) value);
      }
    }
  }

  private static InferParameter parameter(Object value) {
    return value instanceof Double number
        ? InferParameter.newBuilder().setDoubleParam(number).build()
        : InferParameter.newBuilder().setStringParam(String.valueOf(value)).build();
  }

  private static Tensor output(ModelInferResponse response, int index) {
    ModelInferResponse.InferOutputTensor output = response.getOutputs(index);
    ByteString raw = response.getRawOutputContents(index);
    ByteBuffer bytes = ByteBuffer.allocateDirect(raw.size()).order(ByteOrder.LITTLE_ENDIAN);
    raw.copyTo(bytes);
    return Tensor.wrap(
        Datatype.valueOf(output.getDatatype()),
        bytes.flip(),
        output.getShapeList().stream().mapToLong(Long::longValue).toArray());
  }
}
