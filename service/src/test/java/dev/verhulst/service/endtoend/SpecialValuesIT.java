package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.activation.Activation;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.TensorMetadata;
import dev.verhulst.kernels.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers that are none, tensors without elements, and what else is valid at the edges. */
@ExtendWith(SharedService.class)
class SpecialValuesIT {

  private final VerhulstClient client;

  SpecialValuesIT(VerhulstClient client) {
    this.client = client;
  }

  @ParameterizedTest
  @EnumSource
  void infinitiesAndNaNTravelInEveryEncoding(Encoding encoding) {
    float[] x = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -100, 0};
    float[] y = client.withEncoding(encoding).sigmoid(x);
    assertThat(y).containsExactly(Float.NaN, 1, 0, 3.78e-44f, 0.5f);
    assertThat(client.withEncoding(encoding).logit(new float[] {0, 1, 2, 0.5f}))
        .containsExactly(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "FP16, BINARY", "BF16, BINARY", "FP32, BINARY", "FP64, BINARY",
    "FP16, JSON", "BF16, JSON", "FP32, JSON", "FP64, JSON"
  })
  void tensorsWithoutElementsKeepTheirShape(DataType dataType, Encoding encoding) {
    Tensor x = Tensors.of(dataType, new double[0], 3, 0, 2);
    Tensor y = client.withEncoding(encoding).apply(Activation.sigmoid(), x);
    assertThat(y.shape()).containsExactly(3, 0, 2);
    assertThat(y.datatype().name()).isEqualTo(dataType.name());
    assertThat(y.elements()).isZero();
  }

  @Test
  void channelsAndRowsAreTheLastDimension() {
    float[] x = {-1, -1, -1, 2, 2, 2};
    assertThat(client.prelu(x, new float[] {0.5f, 0.25f, 2}))
        .containsExactly(-0.5f, -0.25f, -2, 2, 2, 2);
    assertThat(client.apply(Activation.softmax(2), new float[] {7, 7, 0, -200}))
        .containsExactly(0.5f, 0.5f, 1, 0);
  }

  @Test
  void identifiersComeBack() {
    InferenceRequest request =
        InferenceRequest.builder("swish")
            .id("σ-17")
            .version("1")
            .input("x", Tensor.of(new float[] {0}))
            .build();
    var response = client.infer(request);
    assertThat(response.id()).isEqualTo("σ-17");
    assertThat(response.modelName()).isEqualTo("swish");
    assertThat(response.modelVersion()).isEqualTo("1");
    assertThat(response.output("y").toFloats()).containsExactly(0);
  }

  @Test
  void metadataSaysWhatTheModelsTake() {
    assertThat(client.serverMetadata().extensions()).contains("binary_tensor_data");
    assertThat(client.serverMetadata().version()).as("the build's").matches("[0-9]+\\..*");
    ModelMetadata loss = client.modelMetadata("bce_with_logits");
    assertThat(loss.inputs())
        .extracting(TensorMetadata::name)
        .contains("logits", "target", "weight", "pos_weight");
    assertThat(loss.outputs()).extracting(TensorMetadata::name).contains("loss", "grad_logits");
    assertThat(client.isModelReady("prelu")).isTrue();
  }
}
