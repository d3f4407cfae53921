package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The classification extension over HTTP. */
class ClassificationHttpTest {

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

  private static RawHttp.Response classify(
      String datatype, String shape, String data, String parameters, String headers)
      throws IOException {
    return RawHttp.post(
        server.port(),
        "/v2/models/relu/infer",
        headers,
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"%s\",\"shape\":%s,\"data\":%s}],\"outputs\":[{\"name\":\"y\",\"parameters\":{%s}}]}"
            .formatted(datatype, shape, data, parameters));
  }

  @ParameterizedTest
  @EnumSource(dev.verhulst.kernels.DataType.class)
  void answersEachItemOfABatchWithItsLargestElements(dev.verhulst.kernels.DataType type)
      throws IOException {
    RawHttp.Response response =
        classify(type.name(), "[2,4]", "[0.5,3,0.25,2, 8,8,1,8]", "\"classification\":2", "");
    assertThat(response.status()).as(response.text()).isEqualTo(200);
    JsonBody output = JsonBody.of(response.text()).get("outputs").get(0);
    assertThat(output.keys()).containsExactly("data", "datatype", "name", "shape");
    assertThat(output.text("datatype")).isEqualTo("BYTES");
    assertThat(output.get("shape")).hasToString("[2,2]");
    assertThat(output.get("data"))
        .hasToString("[\"3.000000:1\",\"2.000000:3\",\"8.000000:0\",\"8.000000:1\"]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [4]     | [1,2,3,4]   | 2  | [2]   | ["4.000000:3","3.000000:2"]
          [3]     | [1,2,3]     | 99 | [3]   | ["3.000000:2","2.000000:1","1.000000:0"]
          []      | [7]         | 1  | [1]   | ["7.000000:0"]
          [1,3]   | [1,2,3]     | 1  | [1,1] | ["3.000000:2"]
          [2,2,1] | [1,2,3,0.5] | 1  | [2,1] | ["2.000000:1","3.000000:0"]
          [0]     | []          | 3  | [0]   | []
          [0,2]   | []          | 3  | [0,2] | []
          [3]     | [NaN,1,Infinity] | 3 | [3] | ["inf:2","1.000000:1","nan:0"]
          """)
  void fitsTheShape(String shape, String data, int classes, String expected, String strings)
      throws IOException {
    RawHttp.Response response = classify("FP32", shape, data, "\"classification\":" + classes, "");
    assertThat(response.status()).as(response.text()).isEqualTo(200);
    JsonBody output = JsonBody.of(response.text()).get("outputs").get(0);
    assertThat(output.get("shape")).hasToString(expected);
    assertThat(output.get("data")).hasToString(strings);
  }

  @Test
  void answersInBytes() throws IOException {
    RawHttp.Response response =
        classify("FP32", "[2,3]", "[1,3,2,6,5,4]", "\"classification\":2,\"binary_data\":true", "");
    assertThat(response.status()).as(response.text()).isEqualTo(200);
    int head = Integer.parseInt(response.headers().get("inference-header-content-length"));
    JsonBody output =
        JsonBody.of(new String(response.body(), 0, head, StandardCharsets.UTF_8))
            .get("outputs")
            .get(0);
    assertThat(output.text("datatype")).isEqualTo("BYTES");
    assertThat(output.get("shape")).hasToString("[2,2]");
    assertThat(output.get("parameters"))
        .hasToString("{\"binary_data_size\":%d}".formatted(response.body().length - head));
    assertThat(strings(Arrays.copyOfRange(response.body(), head, response.body().length)))
        .containsExactly("3.000000:1", "2.000000:2", "6.000000:0", "5.000000:1");
  }

  private static List<String> strings(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    List<String> strings = new ArrayList<>();
    while (in.available() > 0) {
      strings.add(
          new String(in.readNBytes(Integer.reverseBytes(in.readInt())), StandardCharsets.US_ASCII));
    }
    return strings;
  }

  /** Other outputs of the same request come as they are. */
  @Test
  void classifiesOneOutputAndLeavesTheOther() throws IOException {
    RawHttp.Response response =
        RawHttp.post(
            server.port(),
            "/v2/models/sigmoid/infer",
            "",
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[3],\"data\":[4,0,-4]}],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":1}},{\"name\":\"dy_dx\"}]}");
    assertThat(response.status()).as(response.text()).isEqualTo(200);
    JsonBody outputs = JsonBody.of(response.text()).get("outputs");
    assertThat(outputs.get(0).get("data")).hasToString("[\"0.982014:0\"]");
    assertThat(outputs.get(1).text("datatype")).isEqualTo("FP32");
    assertThat(outputs.get(1).doubles("data")).hasSize(3).contains(0.25);
  }

  /** More strings than the window of an answer's JSON holds. */
  @Test
  void answersManyClasses() throws IOException {
    String data =
        IntStream.range(0, 20_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
    RawHttp.Response response =
        classify("FP32", "[20000]", "[" + data + "]", "\"classification\":20000", "");
    assertThat(response.status()).isEqualTo(200);
    JsonBody strings = JsonBody.of(response.text()).get("outputs").get(0).get("data");
    assertThat(strings.node().size()).isEqualTo(20_000);
    assertThat(strings.get(0).node().stringValue()).isEqualTo("19999.000000:19999");
    assertThat(strings.get(19_999).node().stringValue()).isEqualTo("0.000000:0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0       | must be at least 1, got 0
          -1      | must be an unsigned integer below 2^63, got -1
          1.5     | must be an unsigned integer, got a number
          true    | must be an unsigned integer, got a boolean
          '"3"'   | must be an unsigned integer, got a string
          null    | must be an unsigned integer, got null
          [3]     | must be an unsigned integer, got an array
          """)
  void refusesWhatIsNoNumberOfClasses(String classes, String message) throws IOException {
    RawHttp.Response response =
        classify("FP32", "[2]", "[1,2]", "\"classification\":" + classes, "");
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.error())
        .isEqualTo("parameter 'classification' in the request for model 'relu' " + message);
  }

  @Test
  void refusesMoreClassesThanAnAnswerMayHold() throws IOException {
    byte[] json =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[2,40000],\"parameters\":{\"binary_data_size\":320000}}],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":40000}}]}"
            .getBytes(StandardCharsets.US_ASCII);
    RawHttp.Response response =
        RawHttp.exchange(
            server.port(),
            "POST",
            "/v2/models/relu/infer",
            "Inference-Header-Content-Length: " + json.length + "\r\n",
            InferenceHttpTest.join(json, new byte[320_000]));
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.error())
        .isEqualTo(
            "'classification' 40000 of output 'y' gives 80000 classes, more than the 65536 that an answer may hold; ask for fewer, or for the output as it is");
  }

  @Test
  void isListedAmongTheExtensions() throws IOException {
    assertThat(JsonBody.of(RawHttp.get(server.port(), "/v2").text()).get("extensions").toString())
        .contains("\"classification\"");
  }
}
