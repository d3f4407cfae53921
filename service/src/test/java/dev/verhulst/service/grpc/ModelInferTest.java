package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.verhulst.grpc.protocol.InferParameter;
import dev.verhulst.grpc.protocol.InferTensorContents;
import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelInferRequest.InferRequestedOutputTensor;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import dev.verhulst.service.rest.TestServer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ModelInfer over a real socket, beside HTTP where both must say the same. */
@Timeout(60)
class ModelInferTest {

  private static TestServer server;
  private static GrpcClient client;

  @BeforeAll
  static void start() {
    server =
        TestServer.startWithGrpc(
            "verhulst.grpc.max-message-size=8MB", "verhulst.models.relu.batching.max-batch-size=8");
    client = new GrpcClient(server.grpcPort());
  }

  @AfterEach
  void nothingIsKept() throws Exception {
    server.expectEverythingGivenBack();
    long deadline = System.nanoTime() + 5_000_000_000L;
    InboundMemory inbound = server.bean(InboundMemory.class);
    while (inbound.used() != 0 && System.nanoTime() - deadline < 0) {
      Thread.sleep(1);
    }
    assertThat(inbound.used()).isZero();
    assertThat(inbound.unpacked()).isZero();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @Test
  void answersRawAndTypedContentsAlike() {
    float[] x = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -100, 0};
    float[] y = {Float.NaN, 1, 0, 3.78e-44f, 0.5f};
    ModelInferResponse raw =
        client.calls().modelInfer(GrpcClient.raw("sigmoid", x).setId("σ-17").build());
    assertThat(GrpcClient.floats(raw)).containsExactly(y);
    assertThat(raw.getId()).isEqualTo("σ-17");
    assertThat(raw.getModelName()).isEqualTo("sigmoid");
    assertThat(raw.getModelVersion()).isEqualTo("1");
    assertThat(raw.getOutputsCount()).isEqualTo(1);
    assertThat(raw.getOutputs(0).getName()).isEqualTo("y");
    assertThat(raw.getOutputs(0).getDatatype()).isEqualTo("FP32");
    assertThat(raw.getOutputs(0).getShapeList()).containsExactly(5L);
    assertThat(raw.getOutputs(0).hasContents()).isFalse();
    assertThat(GrpcClient.floats(client.calls().modelInfer(GrpcClient.typed("sigmoid", x).build())))
        .containsExactly(y);
  }

  @Test
  void givesOutputsInTheOrderInWhichTheyAreAskedFor() {
    ModelInferRequest request =
        GrpcClient.raw("leaky_relu", -2, 4)
            .setModelVersion("1")
            .putParameters("alpha", InferParameter.newBuilder().setDoubleParam(0.25).build())
            .putParameters("priority", InferParameter.newBuilder().setUint64Param(1).build())
            .putParameters("timeout", InferParameter.newBuilder().setInt64Param(9_000_000).build())
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("dy_dx"))
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("y"))
            .build();
    ModelInferResponse response = client.calls().modelInfer(request);
    assertThat(response.getRawOutputContents(0)).isEqualTo(GrpcClient.bytes(0.25f, 1));
    assertThat(response.getRawOutputContents(1)).isEqualTo(GrpcClient.bytes(-0.5f, 4));
  }

  @ParameterizedTest
  @CsvSource({"FP16", "BF16", "FP32", "FP64"})
  void keepsTheShapeOfTensorsWithoutElements(String datatype) {
    for (boolean raw : new boolean[] {true, false}) {
      ModelInferRequest.Builder request =
          ModelInferRequest.newBuilder()
              .setModelName("tanh")
              .addInputs(GrpcClient.input(datatype, 3, 0, 2));
      if (raw) {
        request.addRawInputContents(ByteString.EMPTY);
      }
      ModelInferResponse response = client.calls().modelInfer(request.build());
      assertThat(response.getOutputs(0).getShapeList()).containsExactly(3L, 0L, 2L);
      assertThat(response.getOutputs(0).getDatatype()).isEqualTo(datatype);
      assertThat(response.getRawOutputContents(0).size()).isZero();
    }
  }

  /** Larger than what the transport takes at once. */
  @Test
  void sendsAnswersOfMegabytes() {
    float[] y =
        GrpcClient.floats(
            client.calls().modelInfer(GrpcClient.raw("sigmoid", new float[2_000_000]).build()));
    assertThat(y).hasSize(2_000_000).containsOnly(0.5f);
  }

  @Test
  void unpacksCompressedMessages() {
    float[] x = new float[200_000];
    float[] y =
        GrpcClient.floats(
            client
                .calls()
                .withCompression("gzip")
                .modelInfer(GrpcClient.raw("sigmoid", x).build()));
    assertThat(y).hasSize(x.length).containsOnly(0.5f);
  }

  /** The limit holds for what a message unfolds to. */
  @Test
  void refusesCompressedMessagesThatUnfoldToTooMuch() {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                client
                    .calls()
                    .withCompression("gzip")
                    .modelInfer(GrpcClient.raw("sigmoid", new float[2_200_000]).build()));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  /** The same wrong request over HTTP and gRPC: the same words. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          sigmoid | x | INT32 | 2  | INVALID_ARGUMENT | inference input 'x' data-type is 'INT32', but model 'sigmoid' expects 'FP32' (FP16, BF16 and FP64 are accepted too)
          sigmoid | z | FP32  | 2  | INVALID_ARGUMENT | unexpected inference input 'z' for model 'sigmoid'; it takes 'x', 'grad_y'
          sigmoid | x | FP32  | 3  | INVALID_ARGUMENT | input byte size mismatch for input 'x' for model 'sigmoid'. Expected 12, got 8
          relu    | x | FP32  | 9  | INVALID_ARGUMENT | input byte size mismatch for input 'x' for model 'relu'. Expected 36, got 8
          prelu   | x | FP32  | 2  | INVALID_ARGUMENT | "expected 2 inputs but got 1 inputs for model 'prelu'. Got input(s) ['x'], but missing required input(s) ['slope']. Please provide all required input(s)."
          sigmiod | x | FP32  | 2  | NOT_FOUND        | Request for unknown model: 'sigmiod' is not found
          """)
  void saysTheSameAsHttp(
      String model, String input, String datatype, long length, String code, String message)
      throws Exception {
    ModelInferRequest request =
        ModelInferRequest.newBuilder()
            .setModelName(model)
            .addInputs(GrpcClient.input(datatype, length).setName(input))
            .addRawInputContents(GrpcClient.bytes(1, 2))
            .build();
    Status status = refusal(request);
    assertThat(status.getCode()).isEqualTo(Status.Code.valueOf(code));
    assertThat(status.getDescription()).isEqualTo(message);

    String json =
        "{\"inputs\":[{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":[%d],\"parameters\":{\"binary_data_size\":8}}]}"
            .formatted(input, datatype, length);
    HttpResponse<String> response = post(model, json.length(), json + "\0\0\0\0\0\0\0\0");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).isEqualTo("{\"error\":\"%s\"}".formatted(message));
  }

  @Test
  void refusesABatchOverTheLimitInTheSameWords() throws Exception {
    Status status = refusal(GrpcClient.typed("relu", new float[9]).build());
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[9],\"data\":[0,0,0,0,0,0,0,0,0]}]}";
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription())
        .startsWith("inference request batch-size must be <= 8 for 'relu'");
    assertThat(post("relu", null, json).body())
        .isEqualTo("{\"error\":\"%s\"}".formatted(status.getDescription()));
  }

  @Test
  void refusesAnUnknownVersionAsNotFound() {
    Status status = refusal(GrpcClient.raw("sigmoid", 1).setModelVersion("2").build());
    assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(status.getDescription()).contains("version 2 is not found");
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    assertThat(refusal(GrpcClient.typed("sigmoid", 1).addRawInputContents(ByteString.EMPTY)))
        .isEqualTo(
            "contents field must not be specified when using raw_input_contents for 'x' for model 'sigmoid'");
    assertThat(refusal(GrpcClient.raw("sigmoid", 1).addRawInputContents(ByteString.EMPTY)))
        .isEqualTo(
            "expected one element of raw_input_contents per input for model 'sigmoid'. Expected 1, got 2");
    assertThat(refusal(request("FP32", null, 2)))
        .isEqualTo(
            "input 'x' for model 'sigmoid' has no elements: expected 2 in fp32_contents, or in raw_input_contents");
    assertThat(refusal(request("FP32", InferTensorContents.newBuilder().addFp32Contents(1), 2)))
        .isEqualTo(
            "input 'x' for model 'sigmoid' holds 1 elements in fp32_contents, but its shape has 2");
    assertThat(refusal(request("FP64", InferTensorContents.newBuilder().addFp32Contents(1), 1)))
        .isEqualTo(
            "input 'x' for model 'sigmoid' is of type FP64, whose elements are expected in fp64_contents, got fp32_contents");
    assertThat(refusal(request("FP32", InferTensorContents.newBuilder().addIntContents(1), 1)))
        .isEqualTo(
            "input 'x' for model 'sigmoid' is of type FP32, whose elements are expected in fp32_contents, got int_contents");
    assertThat(refusal(request("FP16", InferTensorContents.newBuilder().addFp32Contents(1), 1)))
        .isEqualTo(
            "input 'x' for model 'sigmoid' is of type FP16, which has no typed contents: send its elements in raw_input_contents");
    assertThat(refusal(request("FP32", null, 16, (1L << 60) + 2)))
        .contains("has more elements than any tensor can hold");
    assertThat(refusal(request("FP32", null, 1L << 40, 1L << 40)))
        .contains("has more elements than any tensor can hold");
    assertThat(refusal(request("FP32", null, -1))).contains("has a negative dimension");
    assertThat(refusal(GrpcClient.raw(" ", 1)))
        .isEqualTo("the model name is empty; expected one in model_name");
    assertThat(
            refusal(
                GrpcClient.raw("sigmoid", 1)
                    .putParameters(
                        "triton_x", InferParameter.newBuilder().setBoolParam(true).build())))
        .contains("begins with 'triton_', which is reserved");
    assertThat(
            refusal(
                GrpcClient.raw("sigmoid", 1)
                    .putParameters(
                        "timeout", InferParameter.newBuilder().setStringParam("1").build())))
        .isEqualTo(
            "parameter 'timeout' in the request for model 'sigmoid' must be an unsigned integer, got a string");
    assertThat(
            refusal(
                GrpcClient.raw("sigmoid", 1)
                    .addOutputs(InferRequestedOutputTensor.newBuilder().setName("y"))
                    .addOutputs(InferRequestedOutputTensor.newBuilder().setName("y"))))
        .isEqualTo("output 'y' for model 'sigmoid' is requested twice");
  }

  @Test
  void refusesAMessageOverTheLimitAndServesTheNext() {
    Status status = refusal(GrpcClient.raw("sigmoid", new float[3 << 20]).build());
    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getDescription()).contains("8388608");
    assertThat(client.calls().modelInfer(GrpcClient.raw("sigmoid", 0).build()).getOutputsCount())
        .isEqualTo(1);
  }

  @Test
  void givesEachOfManyConcurrentCallsItsOwnAnswer() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(12)) {
      List<Future<?>> futures = new ArrayList<>();
      for (int thread = 0; thread < 12; thread++) {
        long seed = thread;
        futures.add(
            threads.submit(
                () -> {
                  Random random = new Random(seed);
                  for (int i = 0; i < 60; i++) {
                    float[] x = new float[random.nextInt(40_000)];
                    for (int j = 0; j < x.length; j++) {
                      x[j] = random.nextInt(1 << 20) - (1 << 19);
                    }
                    ModelInferRequest.Builder request =
                        random.nextBoolean()
                            ? GrpcClient.raw("leaky_relu", x)
                            : GrpcClient.typed("leaky_relu", x);
                    request.putParameters(
                        "alpha", InferParameter.newBuilder().setDoubleParam(-1).build());
                    float[] y = GrpcClient.floats(client.calls().modelInfer(request.build()));
                    assertThat(y).hasSize(x.length);
                    for (int j = 0; j < x.length; j++) {
                      assertThat(y[j]).isEqualTo(Math.abs(x[j]));
                    }
                  }
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    }
  }

  private static ModelInferRequest.Builder request(
      String datatype,
      InferTensorContents.@org.jspecify.annotations.Nullable Builder contents,
      long... shape) {
    var input = GrpcClient.input(datatype, shape);
    if (contents != null) {
      input.setContents(contents);
    }
    return ModelInferRequest.newBuilder().setModelName("sigmoid").addInputs(input);
  }

  private static String refusal(ModelInferRequest.Builder request) {
    Status status = refusal(request.build());
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    return String.valueOf(status.getDescription());
  }

  private static Status refusal(ModelInferRequest request) {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> client.calls().modelInfer(request));
    assertThat(refused).isNotNull();
    return refused.getStatus();
  }

  private static HttpResponse<String> post(
      String model, @org.jspecify.annotations.Nullable Integer headerLength, String body)
      throws Exception {
    URI uri = server.uri("/v2/models/" + model + "/infer");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body));
    if (headerLength != null) {
      request.header("Inference-Header-Content-Length", headerLength.toString());
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
