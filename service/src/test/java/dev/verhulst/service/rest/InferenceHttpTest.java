package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verhulst.client.protocol.BFloat16;
import dev.verhulst.kernels.DataType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What works: every form of request and answer, over a real socket. */
class InferenceHttpTest {

  private static final String INFER = "/v2/models/sigmoid/infer";
  private static final double[] X = {0, 1, -1, 2.5, -20, 100, -100, 0.125};

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void everythingIsGivenBack() throws InterruptedException {
    server.expectEverythingGivenBack();
  }

  /** JSON and binary in and out, in every type: outputs omitted, listed, with and without a say. */
  static Stream<Form> forms() {
    return Arrays.stream(DataType.values())
        .flatMap(
            type ->
                Stream.of(true, false)
                    .flatMap(
                        binaryIn ->
                            Stream.of(
                                new Form(type, binaryIn, "", "", false),
                                new Form(type, binaryIn, "\"binary_data_output\":true", "", true),
                                new Form(type, binaryIn, "\"binary_data_output\":false", "", false),
                                new Form(type, binaryIn, "", "{\"name\":\"y\"}", false),
                                new Form(
                                    type,
                                    binaryIn,
                                    "\"binary_data_output\":true",
                                    "{\"name\":\"y\"}",
                                    false),
                                new Form(
                                    type,
                                    binaryIn,
                                    "\"binary_data_output\":false",
                                    "{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}",
                                    true),
                                new Form(
                                    type,
                                    binaryIn,
                                    "\"binary_data_output\":true",
                                    "{\"name\":\"y\",\"parameters\":{\"binary_data\":false}}",
                                    false))));
  }

  record Form(
      DataType type, boolean binaryIn, String parameters, String outputs, boolean binaryOut) {}

  @ParameterizedTest
  @MethodSource("forms")
  void computesInEveryForm(Form form) throws IOException {
    byte[] elements = bytes(form.type(), X);
    String data =
        form.binaryIn()
            ? "\"parameters\":{\"binary_data_size\":%d}".formatted(elements.length)
            : "\"data\":" + Arrays.toString(X);
    String json =
        "{\"id\":\"4711\",\"parameters\":{%s},\"inputs\":[{\"name\":\"x\",\"shape\":[2,4],\"datatype\":\"%s\",%s}],\"outputs\":[%s]}"
            .formatted(form.parameters(), form.type(), data, form.outputs());
    RawHttp.Response response =
        form.binaryIn() ? postBinary(json, elements) : RawHttp.post(server.port(), INFER, "", json);

    JsonBody answer = expectAnswer(response, form.binaryOut());
    assertThat(answer.keys()).containsExactly("id", "model_name", "model_version", "outputs");
    assertThat(answer.text("id")).isEqualTo("4711");
    assertThat(answer.text("model_name")).isEqualTo("sigmoid");
    assertThat(answer.text("model_version")).isEqualTo("1");
    assertThat(answer.get("outputs").node().size()).isEqualTo(1);
    JsonBody output = answer.get("outputs").get(0);
    assertThat(output.text("name")).isEqualTo("y");
    assertThat(output.text("datatype")).isEqualTo(form.type().name());
    assertThat(output.get("shape")).hasToString("[2,4]");
    double[] y;
    if (form.binaryOut()) {
      assertThat(output.keys()).containsExactly("datatype", "name", "parameters", "shape");
      assertThat(output.get("parameters"))
          .hasToString("{\"binary_data_size\":%d}".formatted(elements.length));
      y = doubles(form.type(), tensorBytes(response));
    } else {
      assertThat(output.keys()).containsExactly("data", "datatype", "name", "shape");
      y = output.doubles("data").stream().mapToDouble(d -> d).toArray();
    }
    assertSigmoid(form.type(), X, y);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 32, 1, 0, 100_000})
  void computesRawBinary(int elements) throws IOException {
    double[] x = IntStream.range(0, elements).mapToDouble(i -> i % 17 - 8).toArray();
    RawHttp.Response response =
        RawHttp.exchange(
            server.port(),
            "POST",
            INFER,
            "Inference-Header-Content-Length: 0\r\n",
            bytes(DataType.FP32, x));
    JsonBody answer = expectAnswer(response, true);
    assertThat(answer.keys()).containsExactly("model_name", "model_version", "outputs");
    assertThat(answer.get("outputs").get(0).get("shape")).hasToString("[" + elements + "]");
    assertSigmoid(DataType.FP32, x, doubles(DataType.FP32, tensorBytes(response)));
  }

  @ParameterizedTest
  @EnumSource
  void computesNothingOfNothing(DataType type) throws IOException {
    for (boolean binary : new boolean[] {true, false}) {
      RawHttp.Response response =
          infer(
              "{\"inputs\":[{\"name\":\"x\",\"shape\":[3,0,2],\"datatype\":\"%s\",\"data\":[]}],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":%s}}]}"
                  .formatted(type, binary));
      JsonBody output = expectAnswer(response, binary).get("outputs").get(0);
      assertThat(output.get("shape")).hasToString("[3,0,2]");
      assertThat(binary ? output.get("parameters") : output.get("data"))
          .hasToString(binary ? "{\"binary_data_size\":0}" : "[]");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50, 100})
  void readsNestedData(int depth) throws IOException {
    RawHttp.Response response =
        infer(
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":%s0,0%s}]}"
                .formatted("[".repeat(depth), "]".repeat(depth)));
    assertThat(expectAnswer(response, false).get("outputs").get(0).doubles("data"))
        .containsExactly(0.5, 0.5);
  }

  @ParameterizedTest
  @ValueSource(ints = {101, 120, 250_000})
  void refusesDataThatIsNestedDeeper(int depth) throws IOException {
    RawHttp.Response response =
        infer(
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":%s0%s}]}"
                .formatted("[".repeat(depth), "]".repeat(depth)));
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.error()).contains("nested deeper than 100 levels");
    computesAScalar();
  }

  @Test
  void computesAScalar() throws IOException {
    RawHttp.Response response =
        infer("{\"inputs\":[{\"name\":\"x\",\"shape\":[],\"datatype\":\"FP32\",\"data\":[0]}]}");
    JsonBody output = expectAnswer(response, false).get("outputs").get(0);
    assertThat(output.get("shape")).hasToString("[]");
    assertThat(output.doubles("data")).containsExactly(0.5);
  }

  @Test
  void computesTheSpecialValuesInEveryForm() throws IOException {
    double[] x = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1, 2, 3};
    for (String data :
        List.of(
            "[NaN,Infinity,-Infinity,1,2,3]", "[\"NaN\",\"Infinity\",\"-Infinity\",1,2.0,3e0]")) {
      RawHttp.Response response =
          infer(
              "{\"inputs\":[{\"data\":%s,\"name\":\"x\",\"shape\":[6],\"datatype\":\"FP32\"}]}"
                  .formatted(data));
      assertThat(response.text()).contains("\"data\":[NaN,1.0,0.0,0.7310", ",0.8807", ",0.95257");
    }
    RawHttp.Response raw =
        RawHttp.exchange(
            server.port(),
            "POST",
            INFER,
            "Inference-Header-Content-Length: 0\r\n",
            bytes(DataType.FP32, x));
    assertSigmoid(DataType.FP32, x, doubles(DataType.FP32, tensorBytes(raw)));
    RawHttp.Response infinite =
        RawHttp.post(
            server.port(),
            "/v2/models/relu/infer",
            "",
            "{\"inputs\":[{\"data\":[Infinity,-Infinity],\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP64\"}]}");
    assertThat(infinite.text()).contains("\"data\":[Infinity,0.0]");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 3_000, 30_000, 300_000})
  void readsLongJsonWhateverTheOrderOfItsKeys(int elements) throws IOException {
    double[] x = IntStream.range(0, elements).mapToDouble(i -> i % 1000 / 100.0 - 5).toArray();
    String numbers =
        DoubleStream.of(x).mapToObj(Double::toString).collect(Collectors.joining(", ", "[", "]"));
    String rest = "\"name\":\"x\",\"shape\":[%d],\"datatype\":\"FP32\"".formatted(elements);
    for (String input :
        List.of(rest + ",\"data\":" + numbers, "\"data\":" + numbers + "," + rest)) {
      byte[] body = "{\"inputs\":[{%s}]}".formatted(input).getBytes(StandardCharsets.UTF_8);
      List<RawHttp.Response> responses = new ArrayList<>();
      responses.add(RawHttp.exchange(server.port(), "POST", INFER, "", body));
      responses.add(postChunked("", body, 10_000));
      for (RawHttp.Response response : responses) {
        JsonBody output = expectAnswer(response, false).get("outputs").get(0);
        assertSigmoid(
            DataType.FP32, x, output.doubles("data").stream().mapToDouble(d -> d).toArray());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"8, 5", "8, 1", "20000, 1000", "20000, 70000", "500000, 1000000"})
  void readsChunkedBinary(int elements, int chunk) throws IOException {
    double[] x = IntStream.range(0, elements).mapToDouble(i -> i % 17 - 8).toArray();
    byte[] tensor = bytes(DataType.FP32, x);
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[%d],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":%d}}],\"parameters\":{\"binary_data_output\":true}}"
            .formatted(elements, tensor.length);
    RawHttp.Response response =
        postChunked(
            "Inference-Header-Content-Length: " + json.length() + "\r\n",
            join(json.getBytes(StandardCharsets.UTF_8), tensor),
            chunk);
    expectAnswer(response, true);
    assertSigmoid(DataType.FP32, x, doubles(DataType.FP32, tensorBytes(response)));
    RawHttp.Response raw = postChunked("Inference-Header-Content-Length: 0\r\n", tensor, chunk);
    expectAnswer(raw, true);
    assertSigmoid(DataType.FP32, x, doubles(DataType.FP32, tensorBytes(raw)));
  }

  @Test
  void readsSixtyFiveThousandChunksOfOneByte() throws IOException {
    double[] x = new double[16_384];
    RawHttp.Response response =
        postChunked("Inference-Header-Content-Length: 0\r\n", bytes(DataType.FP32, x), 1);
    assertSigmoid(DataType.FP32, x, doubles(DataType.FP32, tensorBytes(response)));
  }

  @Test
  void givesEveryOutputInTheOrderAskedForAndInTheFormAskedFor() throws IOException {
    String json =
        """
        {"inputs":[{"name":"grad_y","shape":[2],"datatype":"FP64","data":[[10],[100]]},
                   {"name":"x","shape":[2],"datatype":"FP64","data":[0,0]}],
         "outputs":[{"name":"grad_x"},
                    {"name":"y","parameters":{"binary_data":true}},
                    {"name":"dy_dx","parameters":{"binary_data":true}}]}""";
    RawHttp.Response response = infer(json);
    JsonBody outputs = expectAnswer(response, true).get("outputs");
    assertThat(outputs.get(0).doubles("data")).containsExactly(2.5, 25.0);
    assertThat(outputs.get(1).text("name")).isEqualTo("y");
    assertThat(outputs.get(2).text("name")).isEqualTo("dy_dx");
    assertThat(doubles(DataType.FP64, tensorBytes(response))).containsExactly(0.5, 0.5, 0.25, 0.25);

    RawHttp.Response binary =
        infer(json.replace("\"grad_x\"", "\"grad_x\",\"parameters\":{\"binary_data\":true}"));
    assertThat(doubles(DataType.FP64, tensorBytes(binary)))
        .containsExactly(2.5, 25.0, 0.5, 0.5, 0.25, 0.25);
  }

  @Test
  void takesTheParametersOfTheFunction() throws IOException {
    RawHttp.Response response =
        RawHttp.post(
            server.port(),
            "/v2/models/leaky_relu/versions/1/infer",
            "",
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[-4,2]}],\"parameters\":{\"alpha\":0.25,\"priority\":1,\"timeout\":1000000,\"sequence_id\":7,\"sequence_start\":true}}");
    assertThat(expectAnswer(response, false).get("outputs").get(0).doubles("data"))
        .containsExactly(-1.0, 2.0);
  }

  @Test
  void answersToAnAliasByTheAlias() throws IOException {
    RawHttp.Response response =
        RawHttp.post(
            server.port(),
            "/v2/models/swish/infer",
            "",
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0]}]}");
    assertThat(expectAnswer(response, false).text("model_name")).isEqualTo("swish");
  }

  @Test
  void givesTheIdBackWhateverItHolds() throws IOException {
    String id = "\"\\\\\\n\\u0001äß\\ud83d\\ude00" + "x".repeat(40_000);
    String json =
        "{\"id\":%s,\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0]}],\"parameters\":{\"binary_data_output\":%s}}";
    for (boolean binary : new boolean[] {true, false}) {
      String quoted = "\"\\\"" + id.substring(1) + "\"";
      RawHttp.Response response = infer(json.formatted(quoted, binary));
      assertThat(expectAnswer(response, binary).text("id"))
          .isEqualTo(JsonBody.of("{\"id\":" + quoted + "}").text("id"));
    }
  }

  /** Half of a surrogate pair, which JSON can write and UTF-8 cannot. */
  @Test
  void givesAnIdBackThatIsNoText() throws IOException {
    String json =
        "{\"id\":\"a\\ud83d\",\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0]}],\"parameters\":{\"binary_data_output\":%s}}";
    for (boolean binary : new boolean[] {true, false}) {
      RawHttp.Response response = infer(json.formatted(binary));
      assertThat(expectAnswer(response, binary).text("id")).isEqualTo("a?");
    }
  }

  @Test
  void answersManyRequestsOnOneConnection() throws IOException {
    try (RawHttp http = new RawHttp(server.port())) {
      for (int i = 0; i < 300; i++) {
        RawHttp.Response response =
            http.exchange(
                "POST",
                INFER,
                "Inference-Header-Content-Length: 0\r\n",
                bytes(DataType.FP32, new double[i]));
        assertThat(response.status()).isEqualTo(200);
        assertThat(tensorBytes(response)).hasSize(4 * i);
      }
    }
  }

  /** The second says what the first did, and is not read; the others differ in a byte or two. */
  @Test
  void answersWhatEachRequestOfAConnectionAsks() throws IOException {
    byte[] elements = bytes(DataType.FP32, X);
    try (RawHttp http = new RawHttp(server.port())) {
      for (String request :
          List.of(
              "sigmoid 1 [2,4]",
              "sigmoid 1 [2,4]",
              "sigmoid 2 [2,4]",
              "sigmoid 2 [4,2]",
              "relu 2 [4,2]",
              "sigmoid 2 [4,2]")) {
        String[] asked = request.split(" ");
        String json =
            "{\"id\":\"%s\",\"inputs\":[{\"name\":\"x\",\"shape\":%s,\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":%d}}]}"
                .formatted(asked[1], asked[2], elements.length);
        JsonBody answer =
            expectAnswer(
                http.exchange(
                    "POST",
                    "/v2/models/" + asked[0] + "/infer",
                    "Inference-Header-Content-Length: " + json.length() + "\r\n",
                    join(json.getBytes(StandardCharsets.UTF_8), elements)),
                false);
        assertThat(answer.text("model_name")).isEqualTo(asked[0]);
        assertThat(answer.text("id")).isEqualTo(asked[1]);
        JsonBody output = answer.get("outputs").get(0);
        assertThat(output.get("shape")).hasToString(asked[2]);
        assertThat(output.doubles("data").get(1))
            .isCloseTo(asked[0].equals("relu") ? 1 : 0.73105858, within(1e-7));
      }
    }
  }

  /** With answers in between whose headers are others, as the container uses their places again. */
  @Test
  void sendsTheSameHeadersWithEveryAnswerInBytes() throws IOException {
    byte[] elements = bytes(DataType.FP32, X);
    try (RawHttp http = new RawHttp(server.port())) {
      for (int i = 0; i < 3; i++) {
        RawHttp.Response response =
            http.exchange("POST", INFER, "Inference-Header-Content-Length: 0\r\n", elements);
        assertThat(response.headers())
            .containsOnlyKeys(
                "content-type", "content-length", "date", "inference-header-content-length", "vary")
            .containsEntry("content-type", "application/octet-stream")
            .containsEntry("content-length", "" + response.body().length)
            .containsEntry("vary", "Accept-Encoding");
        assertThat(
                Instant.from(
                    DateTimeFormatter.RFC_1123_DATE_TIME.parse(response.headers().get("date"))))
            .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(tensorBytes(response)).hasSize(elements.length);
        String json =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0]}]}";
        http.exchange("POST", INFER, "", json.getBytes(StandardCharsets.UTF_8));
        http.exchange("GET", "/v2", "", new byte[0]);
      }
    }
  }

  private static RawHttp.Response infer(String json) throws IOException {
    return RawHttp.post(server.port(), INFER, "", json);
  }

  private static RawHttp.Response postBinary(String json, byte[] tensors) throws IOException {
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    return RawHttp.exchange(
        server.port(),
        "POST",
        INFER,
        "Inference-Header-Content-Length: " + head.length + "\r\n",
        join(head, tensors));
  }

  static RawHttp.Response postChunked(String headers, byte[] body, int chunk) throws IOException {
    ByteArrayOutputStream chunked = new ByteArrayOutputStream();
    for (int start = 0; start < body.length; start += chunk) {
      int count = Math.min(chunk, body.length - start);
      chunked.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      chunked.write(body, start, count);
      chunked.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    chunked.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return RawHttp.exchange(
        server.port(),
        "POST",
        INFER,
        headers + "Transfer-Encoding: chunked\r\n",
        chunked.toByteArray());
  }

  private static JsonBody expectAnswer(RawHttp.Response response, boolean binary) {
    assertThat(response.status()).as(response.text()).isEqualTo(200);
    String length = response.headers().get("inference-header-content-length");
    if (!binary) {
      assertThat(length).isNull();
      assertThat(response.headers()).containsEntry("content-type", "application/json");
      return JsonBody.of(response.text());
    }
    assertThat(response.headers()).containsEntry("content-type", "application/octet-stream");
    assertThat(response.headers()).containsKey("content-length");
    return JsonBody.of(
        new String(response.body(), 0, Integer.parseInt(length), StandardCharsets.UTF_8));
  }

  private static byte[] tensorBytes(RawHttp.Response response) {
    int length = Integer.parseInt(response.headers().get("inference-header-content-length"));
    return Arrays.copyOfRange(response.body(), length, response.body().length);
  }

  static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  static byte[] bytes(DataType type, double[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type) {
        case FP16 -> bytes.putShort(Float.floatToFloat16((float) value));
        case BF16 -> bytes.putShort(BFloat16.fromDouble(value));
        case FP32 -> bytes.putFloat((float) value);
        case FP64 -> bytes.putDouble(value);
      }
    }
    return bytes.array();
  }

  static double[] doubles(DataType type, byte[] elements) {
    ByteBuffer bytes = ByteBuffer.wrap(elements).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[elements.length / type.byteSize()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case FP16 -> Float.float16ToFloat(bytes.getShort());
            case BF16 -> BFloat16.toFloat(bytes.getShort());
            case FP32 -> bytes.getFloat();
            case FP64 -> bytes.getDouble();
          };
    }
    return values;
  }

  private static void assertSigmoid(DataType type, double[] x, double[] y) {
    assertThat(y).hasSize(x.length);
    double[] rounded = doubles(type, bytes(type, x));
    double tolerance =
        switch (type) {
          case FP16 -> 0x1p-10;
          case BF16 -> 0x1p-7;
          case FP32 -> 0x1p-21;
          case FP64 -> 0x1p-50;
        };
    double smallest = type == DataType.FP16 ? 0x1p-24 : 0x1p-133;
    for (int i = 0; i < x.length; i++) {
      double expected = 1 / (1 + Math.exp(-rounded[i]));
      if (Double.isNaN(expected)) {
        assertThat(y[i]).isNaN();
      } else {
        assertThat(y[i])
            .as("sigmoid(%s)", rounded[i])
            .isBetween(
                expected * (1 - tolerance) - smallest, expected * (1 + tolerance) + smallest);
      }
    }
  }
}
