package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.RequestedOutput;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.metadata.RepositoryEntry;
import dev.verhulst.client.metadata.TensorMetadata;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.heads.calibration.Isotonic;
import dev.verhulst.heads.calibration.Platt;
import dev.verhulst.heads.calibration.Temperature;
import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.safetensors.ElementType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Heads of real data, served by the packaged service as {@code ./fit} saves them. */
class HeadsIT {

  private static final JsonNode BREAST_CANCER = HeadFiles.reference("breast_cancer.logistic.json");
  private static final JsonNode CALIBRATION = HeadFiles.reference("breast_cancer.calibration.json");
  private static final double[][] ROWS = HeadFiles.rows("breast_cancer.csv", 30);

  @TempDir static Path root;
  private static ServiceProcess service;
  private static VerhulstClient http;
  private static VerhulstClient grpc;

  @BeforeAll
  static void start() throws IOException {
    HeadFiles files = new HeadFiles(root);
    files.save("breast_cancer", HeadFiles.breastCancer(ElementType.F32), List.of("benign"));
    files.save("precise", HeadFiles.breastCancer(ElementType.F64), List.of("benign"));
    files.save(
        "digits",
        HeadFiles.digits(),
        IntStream.range(0, 10).mapToObj(i -> "\"digit\" = " + i).toList());
    HeadModel score = new HeadModel(1, 1, ElementType.F64, new double[] {1}, new double[1]);
    JsonNode platt = CALIBRATION.get("platt");
    JsonNode isotonic = CALIBRATION.get("isotonic");
    files.save(
        "platt",
        score.withCalibrations(
            List.of(new Platt(platt.get("A").asDouble(), platt.get("B").asDouble()))),
        List.of("label"));
    files.save(
        "temperature",
        score.withCalibrations(
            List.of(new Temperature(CALIBRATION.get("temperature").get("T").asDouble()))),
        List.of("label"));
    files.save(
        "isotonic",
        score.withCalibrations(
            List.of(
                new Isotonic(
                    HeadFiles.numbers(isotonic.get("x")), HeadFiles.numbers(isotonic.get("y"))))),
        List.of("label"));
    files.save("strict", score.withThresholds(new double[] {0.75}), List.of("label"));
    service = ServiceProcess.start("--verhulst.model-repository=" + root);
    http = VerhulstClient.connect(service.url());
    grpc = VerhulstClient.connect("grpc://localhost:" + service.grpcPort());
  }

  @AfterAll
  static void stop() {
    service.assertNoOpenLease();
    http.close();
    grpc.close();
    service.close();
  }

  private static float[] floats(double[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    double[] doubles = doubles(rows);
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) doubles[i];
    }
    return all;
  }

  private static double[] doubles(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[] toDoubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  @ParameterizedTest
  @CsvSource({"http, JSON", "http, BINARY", "grpc, BINARY"})
  void theBreastCancerHeadGivesWhatScikitLearnGives(String protocol, Encoding encoding) {
    VerhulstClient client = protocol.equals("grpc") ? grpc : http;
    double[] probabilities = HeadFiles.numbers(BREAST_CANCER.get("probabilities"));
    InferenceResponse single =
        client.infer(
            InferenceRequest.builder("breast_cancer")
                .encoding(encoding)
                .input("x", Tensor.of(floats(ROWS), ROWS.length, 30))
                .build());
    assertThat(single.output("probabilities").shape()).containsExactly(ROWS.length, 1);
    assertThat(toDoubles(single.output("probabilities").toFloats()))
        .containsExactly(probabilities, within(1e-6));

    InferenceResponse whole =
        client.infer(
            InferenceRequest.builder("precise")
                .encoding(encoding)
                .input("x", Tensor.of(doubles(ROWS), ROWS.length, 30))
                .output("labels")
                .output("probabilities")
                .output("logits")
                .build());
    assertThat(whole.output("probabilities").toDoubles())
        .containsExactly(probabilities, within(1e-13));
    assertThat(whole.output("logits").toDoubles())
        .containsExactly(HeadFiles.numbers(BREAST_CANCER.get("logits")), within(1e-11));
    boolean[] labels = whole.output("labels").toBooleans();
    assertThat(labels).hasSize(ROWS.length);
    for (int row = 0; row < ROWS.length; row++) {
      assertThat(labels[row]).isEqualTo(probabilities[row] >= 0.5);
    }
  }

  @ParameterizedTest
  @CsvSource({"http, JSON", "http, BINARY", "grpc, BINARY"})
  void theDigitsAreClassesWithNames(String protocol, Encoding encoding) {
    double[][] rows = Arrays.copyOf(HeadFiles.rows("digits.csv", 64), 8);
    Tensor classes =
        (protocol.equals("grpc") ? grpc : http)
            .infer(
                InferenceRequest.builder("digits")
                    .encoding(encoding)
                    .input("x", Tensor.of(floats(rows), 8, 64))
                    .output(new RequestedOutput("probabilities", Map.of("classification", 2), null))
                    .build())
            .output("probabilities");
    assertThat(classes.datatype()).isEqualTo(Datatype.BYTES);
    assertThat(classes.shape()).containsExactly(8, 2);
    JsonNode expected = HeadFiles.reference("digits.heads.json").get("probabilities_first_8");
    for (int row = 0; row < 8; row++) {
      double[] probabilities = HeadFiles.numbers(expected.get(row));
      int[] order =
          IntStream.range(0, 10)
              .boxed()
              .sorted((a, b) -> Double.compare(probabilities[b], probabilities[a]))
              .mapToInt(i -> i)
              .toArray();
      for (int place = 0; place < 2; place++) {
        String[] parts = classes.toStrings().get(2 * row + place).split(":", 3);
        assertThat(parts[1]).isEqualTo(Integer.toString(order[place]));
        assertThat(parts[2]).isEqualTo("\"digit\" = " + order[place]);
        assertThat(Double.parseDouble(parts[0]))
            .isCloseTo(probabilities[order[place]], within(2e-6));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"platt", "temperature", "isotonic"})
  void aCalibratedHeadGivesCalibratedProbabilities(String method) {
    double[] scores = HeadFiles.numbers(CALIBRATION.get("scores"));
    double[] labels = HeadFiles.numbers(CALIBRATION.get("labels"));
    double[] probabilities =
        http.infer(
                InferenceRequest.builder(method)
                    .input("x", Tensor.of(scores, scores.length, 1))
                    .build())
            .output()
            .toDoubles();
    double squares = 0;
    for (int i = 0; i < labels.length; i++) {
      squares += (probabilities[i] - labels[i]) * (probabilities[i] - labels[i]);
    }
    assertThat(squares / labels.length)
        .isCloseTo(CALIBRATION.get(method).get("brier").asDouble(), within(1e-9));
  }

  @Test
  void aThresholdDecidesWhichLabelsAreSet() {
    double logit = Math.log(3);
    assertThat(
            grpc.infer(
                    InferenceRequest.builder("strict")
                        .input("x", Tensor.of(new double[] {logit - 1e-9, logit + 1e-9}, 2, 1))
                        .output("labels")
                        .build())
                .output()
                .toBooleans())
        .containsExactly(false, true);
  }

  @Test
  void aBodyOfBytesAloneIsRowsOfFeatures() throws Exception {
    ByteBuffer row = ByteBuffer.allocate(2 * 30 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    float[] features = floats(Arrays.copyOf(ROWS, 2));
    for (float feature : features) {
      row.putFloat(feature);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(service.url() + "/v2/models/breast_cancer/infer"))
                  .header("Inference-Header-Content-Length", "0")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(row.array()))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).isEqualTo(200);
      int head =
          Integer.parseInt(
              answer.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
      ByteBuffer body = ByteBuffer.wrap(answer.body()).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(body.limit() - head).isEqualTo(2 * Float.BYTES);
      double[] expected = HeadFiles.numbers(BREAST_CANCER.get("probabilities"));
      assertThat((double) body.getFloat(head)).isCloseTo(expected[0], within(1e-6));
      assertThat((double) body.getFloat(head + Float.BYTES)).isCloseTo(expected[1], within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "grpc"})
  void whatDoesNotFitIsRefusedAndSaysWhatWouldFit(String protocol) {
    VerhulstClient client = protocol.equals("grpc") ? grpc : http;
    assertRefused(
        client,
        InferenceRequest.builder("breast_cancer").input("x", Tensor.of(new float[58], 2, 29)),
        "unexpected shape for input 'x' for model 'breast_cancer'. Expected [-1,30], got [2,29]");
    assertRefused(
        client,
        InferenceRequest.builder("breast_cancer").input("x", Tensor.of(new float[30], 30)),
        "Expected [-1,30], got [30]");
    assertRefused(
        client,
        InferenceRequest.builder("precise").input("x", Tensor.of(new float[30], 1, 30)),
        "inference input 'x' data-type is 'FP32', but model 'precise' expects 'FP64'");
    assertRefused(
        client,
        InferenceRequest.builder("precise")
            .input("x", Tensor.of(new double[30], 1, 30))
            .output("y"),
        "unexpected inference output 'y' for model 'precise'; it gives 'probabilities', 'logits',"
            + " 'labels'");
    assertRefused(
        client,
        InferenceRequest.builder("precise")
            .input("x", Tensor.of(new double[30], 1, 30))
            .parameter("alpha", 1),
        "unknown parameter 'alpha' for model 'precise'; it takes no parameters");
    assertRefused(
        client,
        InferenceRequest.builder("precise")
            .input("x", Tensor.of(new double[30], 1, 30))
            .output(new RequestedOutput("labels", Map.of("classification", 1), null)),
        "'classification' of output 'labels': it is of type BOOL");
  }

  private static void assertRefused(
      VerhulstClient client, InferenceRequest.Builder request, String message) {
    assertThatThrownBy(() -> client.infer(request.build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "grpc"})
  void itsMetadataSaysItsShapesAndTypes(String protocol) {
    VerhulstClient client = protocol.equals("grpc") ? grpc : http;
    assertThat(client.modelMetadata("precise").inputs())
        .containsExactly(new TensorMetadata("x", "FP64", List.of(-1L, 30L)));
    assertThat(client.modelMetadata("digits").inputs())
        .containsExactly(new TensorMetadata("x", "FP32", List.of(-1L, 64L)));
    assertThat(client.modelMetadata("digits").outputs())
        .containsExactly(
            new TensorMetadata("probabilities", "FP32", List.of(-1L, 10L)),
            new TensorMetadata("logits", "FP32", List.of(-1L, 10L)),
            new TensorMetadata("labels", "BOOL", List.of(-1L, 10L)));
  }

  @Test
  void aBrokenFileIsRefusedWithTheReasonAndStopsNothing() throws IOException {
    HeadFiles files = new HeadFiles(root);
    Path version = files.save("cut", HeadFiles.breastCancer(ElementType.F32), List.of("benign"));
    Path weights = version.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length - 4));
    assertThatThrownBy(() -> http.loadModel("cut"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("failed to load 'cut': version 1: model.safetensors: tensor '")
        .hasMessageContaining("the file is cut short");
    assertThat(http.repositoryIndex())
        .anySatisfy(
            entry -> {
              assertThat(entry.name()).isEqualTo("cut");
              assertThat(entry.reason()).contains("the file is cut short");
            })
        .contains(new RepositoryEntry("digits", "1", "READY", ""));

    // Never written over in place: a server may have it mapped.
    Files.write(version.resolve("new"), whole);
    Files.move(version.resolve("new"), weights, StandardCopyOption.ATOMIC_MOVE);
    http.loadModel("cut");
    Files.delete(weights);
    assertThatThrownBy(() -> http.loadModel("cut"))
        .hasMessageContaining("version 1: there is no file 'model.safetensors'");
    assertThat(http.isModelReady("cut")).as("the old one serves on").isTrue();

    Files.write(weights, whole);
    Files.writeString(version.resolve("config.yaml"), "parameters: {label_names: [a, b]}");
    assertThatThrownBy(() -> http.loadModel("cut"))
        .hasMessageContaining("'label_names' must be a list of 1 strings, got 2 elements");
    Files.writeString(version.resolve("config.yaml"), "parameters: {weights: ../model}");
    assertThatThrownBy(() -> http.loadModel("cut"))
        .hasMessageContaining("'weights' must be the name of a file in the version's directory");
  }
}
