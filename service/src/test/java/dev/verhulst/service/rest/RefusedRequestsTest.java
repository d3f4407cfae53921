package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is wrong with a request, and what its sender is told. After each of them the server is well
 * and nothing is leased.
 */
class RefusedRequestsTest {

  private static final String INFER = "/v2/models/sigmoid/infer";

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
  void theServerIsWell() throws Exception {
    server.expectEverythingGivenBack();
    assertThat(RawHttp.get(server.port(), "/v2/health/ready").status()).isEqualTo(200);
    RawHttp.Response response =
        RawHttp.post(
            server.port(),
            INFER,
            "",
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0]}]}");
    assertThat(response.text()).contains("\"data\":[0.5]");
  }

  private static String input(String rest) {
    return "{\"inputs\":[{\"name\":\"x\"," + rest + "}]}";
  }

  private static String x(String shape, String data) {
    return input("\"shape\":%s,\"datatype\":\"FP32\",\"data\":%s".formatted(shape, data));
  }

  static Stream<Arguments> wrongRequests() {
    String one = "\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0]";
    String good = "\"inputs\":[{\"name\":\"x\"," + one + "}]";
    return Stream.of(
        // JSON that is none
        Arguments.of("", "failed to parse the request JSON buffer"),
        Arguments.of("nonsense", "failed to parse the request JSON buffer"),
        Arguments.of("[]", "expected an object, got an array"),
        Arguments.of("{\"inputs\":", "failed to parse the request JSON buffer"),
        Arguments.of("{" + good, "failed to parse the request JSON buffer"),
        Arguments.of("{" + good + "}}", "failed to parse the request JSON buffer"),
        Arguments.of("{" + good + "} {}", "there is more behind the request object"),
        Arguments.of("{" + good + ",}", "failed to parse the request JSON buffer"),
        Arguments.of("{\"id\":\"\u0001\"," + good + "}", "failed to parse the request JSON buffer"),
        Arguments.of("{" + good.replace("[0]", "[0") + "}", "failed to parse"),
        Arguments.of("{" + good.replace("[0]", "[0}]") + "}", "failed to parse"),
        // its parts
        Arguments.of("{}", "has no 'inputs'"),
        Arguments.of("{\"inputs\":{}}", "'inputs' of the request for model 'sigmoid' must be"),
        Arguments.of("{\"inputs\":[1]}", "an element of 'inputs'"),
        Arguments.of("{\"inputs\":[]}", "but missing required input(s) ['x']"),
        Arguments.of("{" + good + "," + good + "}", "'inputs' appears twice"),
        Arguments.of("{\"id\":7," + good + "}", "'id' of the request"),
        Arguments.of("{\"parameters\":[]," + good + "}", "must be an object"),
        Arguments.of("{\"outputs\":{}," + good + "}", "'outputs' of the request"),
        Arguments.of("{\"outputs\":[{}]," + good + "}", "an output"),
        Arguments.of("{\"outputs\":[{\"name\":1}]," + good + "}", "must be a string"),
        Arguments.of("{\"inp\\u0075ts\":[{\"name\":\"x\"," + one + "}]}", "without escapes"),
        Arguments.of(
            "{\"inputs\":[{\"name\":\"x\"," + one.replace("data", "d\\u0061ta") + "}]}",
            "without escapes"),
        // the input
        Arguments.of(
            "{\"inputs\":[{" + one + "}]}",
            "an input of the request for model 'sigmoid' has no 'name'"),
        Arguments.of(
            "{\"inputs\":[{\"name\":\"z\"," + one + "}]}",
            "unexpected inference input 'z' for model 'sigmoid'; it takes 'x', 'grad_y'"),
        Arguments.of(
            "{\"inputs\":[{\"name\":\"grad_y\"," + one + "}]}",
            "expected 1 inputs but got 1 inputs for model 'sigmoid'. Got input(s) ['grad_y'], but missing required input(s) ['x']. Please provide all required input(s)."),
        Arguments.of(
            "{\"inputs\":[{\"name\":\"x\"," + one + "},{\"name\":\"x\"," + one + "}]}",
            "input 'x' for model 'sigmoid' appears twice"),
        Arguments.of(
            input("\"shape\":[1],\"data\":[0]"), "input 'x' for model 'sigmoid' has no 'datatype'"),
        Arguments.of(
            input("\"datatype\":\"FP32\",\"data\":[0]"),
            "input 'x' for model 'sigmoid' has no 'shape'"),
        Arguments.of(
            input("\"shape\":[1],\"datatype\":\"FP32\""),
            "has neither 'data' nor 'parameters.binary_data_size'"),
        Arguments.of(
            input(one + ",\"parameters\":{\"binary_data_size\":4}"), "must have exactly one of"),
        Arguments.of(
            input("\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":4}"),
            "has 'binary_data_size', but the request has no header Inference-Header-Content-Length"),
        Arguments.of(
            input("\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":-4}"),
            "unsigned"),
        Arguments.of(
            input(
                "\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":\"4\"}"),
            "unsigned"),
        Arguments.of(
            input("\"shape\":[1],\"datatype\":\"FP32\",\"data\":0"), "must be an array of numbers"),
        // its datatype: no model takes integers, booleans or strings, whatever they hold
        Arguments.of(
            input("\"shape\":[1],\"datatype\":\"INT32\",\"data\":[1]"),
            "inference input 'x' data-type is 'INT32', but model 'sigmoid' expects 'FP32'"),
        Arguments.of(
            input("\"shape\":[1],\"datatype\":\"INT64\",\"data\":[9223372036854775807]"),
            "data-type is 'INT64', but model 'sigmoid' expects 'FP32' (FP16, BF16 and FP64 are accepted too)"),
        Arguments.of(
            input("\"shape\":[1],\"datatype\":\"UINT8\",\"data\":[256]"), "data-type is 'UINT8'"),
        Arguments.of(
            input("\"shape\":[0],\"datatype\":\"BOOL\",\"data\":[]"), "data-type is 'BOOL'"),
        Arguments.of(
            input("\"shape\":[1],\"datatype\":\"fp32\",\"data\":[1]"), "data-type is 'fp32'"),
        Arguments.of(input("\"shape\":[1],\"datatype\":32,\"data\":[1]"), "must be a string"),
        // its shape
        Arguments.of(
            x("[16,1152921504606846978]", "[0]"), "more elements than any tensor can hold"),
        Arguments.of(
            x("[4,1152921504606846978]", "[0]"), "takes more bytes than any tensor can hold"),
        Arguments.of(x("[-1]", "[0]"), "unsigned integers below 2^63, got -1"),
        Arguments.of(x("[0,-1]", "[]"), "unsigned integers below 2^63, got -1"),
        Arguments.of(x("[9223372036854775808]", "[0]"), "unsigned"),
        Arguments.of(x("[1.0]", "[0]"), "unsigned integers"),
        Arguments.of(x("[\"1\"]", "[0]"), "unsigned integers"),
        Arguments.of(x("1", "[0]"), "unsigned integers"),
        Arguments.of(x("[" + "1,".repeat(64) + "1]", "[0]"), "more than 64 dimensions"),
        Arguments.of(x("[1099511627776]", "[0]"), "fewer elements"),
        // its numbers
        Arguments.of(x("[3]", "[1,2]"), "expected 3, got at most 2"),
        Arguments.of(x("[3]", "[1 , 2.5]"), "expected 3, got 2"),
        Arguments.of(x("[1]", "[1,2]"), "more elements"),
        Arguments.of(x("[0]", "[1]"), "more elements"),
        Arguments.of(x("[1]", "[]"), "expected 1, got 0"),
        Arguments.of(x("[1]", "[true]"), "expected a number"),
        Arguments.of(x("[1]", "[null]"), "expected a number"),
        Arguments.of(x("[1]", "[\"1\"]"), "expected a number"),
        Arguments.of(x("[1]", "[1e39]"), "beyond the range of FP32"),
        Arguments.of(x("[1]", "[" + "1".repeat(2000) + "]"), "longer than 1000"),
        Arguments.of(x("[1]", "[".repeat(120) + "0" + "]".repeat(120)), "nested deeper than 100"),
        Arguments.of(x("[1]", "[".repeat(250_000) + "0" + "]".repeat(250_000)), "nested deeper"),
        Arguments.of("{\"a\":" + "[".repeat(120) + "]".repeat(120) + "," + good + "}", "depth"),
        Arguments.of("[".repeat(60_000), "failed to parse the request JSON buffer"),
        Arguments.of("{\"a\":".repeat(250_000), "longer than 65536 bytes"),
        // the outputs
        Arguments.of(
            "{\"outputs\":[{\"name\":\"z\"}]," + good + "}",
            "unexpected inference output 'z' for model 'sigmoid'; it gives 'y', 'dy_dx', 'grad_x'"),
        Arguments.of(
            "{\"outputs\":[{\"name\":\"y\"},{\"name\":\"y\"}]," + good + "}",
            "output 'y' for model 'sigmoid' is requested twice"),
        Arguments.of("{\"outputs\":[{\"name\":\"grad_x\"}]," + good + "}", "needs input 'grad_y'"),
        Arguments.of(
            "{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":1}}]," + good + "}",
            "'binary_data' in the request for model 'sigmoid' must be a boolean"),
        // the second input
        Arguments.of(
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,3],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6]},{\"name\":\"grad_y\",\"shape\":[3,2],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6]}]}",
            "unexpected shape for input 'grad_y' for model 'sigmoid'. Expected [2,3], got [3,2]"),
        Arguments.of(
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]},{\"name\":\"grad_y\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1]}]}",
            "inference input 'grad_y' data-type is 'FP64', but model 'sigmoid' expects 'FP32'"),
        // the parameters
        Arguments.of(
            "{\"parameters\":{\"alpha\":1}," + good + "}",
            "unknown parameter 'alpha' for model 'sigmoid'"),
        Arguments.of("{\"parameters\":{\"triton_x\":1}," + good + "}", "reserved"),
        Arguments.of("{\"parameters\":{\"priority\":-1}," + good + "}", "unsigned"),
        Arguments.of("{\"parameters\":{\"priority\":1.5}," + good + "}", "unsigned"),
        Arguments.of("{\"parameters\":{\"timeout\":\"1\"}," + good + "}", "unsigned"),
        Arguments.of("{\"parameters\":{\"binary_data_output\":1}," + good + "}", "boolean"),
        Arguments.of("{\"parameters\":{\"sequence_start\":1}," + good + "}", "boolean"),
        Arguments.of(
            "{\"parameters\":{\"x\":[1]}," + good + "}", "a string, a number or a boolean"),
        Arguments.of(
            "{\"parameters\":{\"x\":null}," + good + "}", "a string, a number or a boolean"));
  }

  @ParameterizedTest
  @MethodSource("wrongRequests")
  void saysWhatIsWrong(String json, String message) throws IOException {
    RawHttp.Response response = RawHttp.post(server.port(), INFER, "", json);
    assertThat(response.status()).as(response.text()).isEqualTo(400);
    assertThat(response.error()).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "leaky_relu | {'parameters':{'alfa':1},%s} | unknown parameter 'alfa' for model 'leaky_relu'; it takes alpha",
        "leaky_relu | {'parameters':{'alpha':'x'},%s} | parameter 'alpha' of 'leaky_relu' must be a finite number, got 'x'",
        "leaky_relu | {'parameters':{'alpha':NaN},%s} | failed to parse the request JSON buffer",
        "gelu | {'parameters':{'approximate':'erf'},%s} | must be 'none' or 'tanh', got 'erf'",
        "prelu | {%s} | missing required input(s) ['slope']",
        "bce_with_logits | {%s} | unexpected inference input 'x' for model 'bce_with_logits'"
      })
  void saysWhatIsWrongForAModel(String model, String json, String message) throws IOException {
    String body =
        json.formatted("'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':[0]}]")
            .replace('\'', '"');
    RawHttp.Response response =
        RawHttp.post(server.port(), "/v2/models/" + model + "/infer", "", body);
    assertThat(response.status()).as(response.text()).isEqualTo(400);
    assertThat(response.error()).contains(message);
  }

  @Test
  void namesTheShapesOfTheLossThatDoNotFit() throws IOException {
    String loss =
        "{\"inputs\":[{\"name\":\"logits\",\"shape\":[2,3],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6]},{\"name\":\"target\",\"shape\":[2,3],\"datatype\":\"FP32\",\"data\":[1,0,1,0,1,0]},{\"name\":\"pos_weight\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1,1]}],\"parameters\":{%s}}";
    assertThat(post("bce_with_logits", loss.formatted("")).error())
        .isEqualTo(
            "unexpected shape for input 'pos_weight' for model 'bce_with_logits'. Expected [3], got [2]");
    String fitting = loss.replace("\"shape\":[2],", "\"shape\":[3],").replace("[1,1]", "[1,1,1]");
    assertThat(post("bce_with_logits", fitting.formatted("\"reduction\":\"max\"")).error())
        .contains("must be one of mean, sum, none, got 'max'");
    assertThat(post("bce_with_logits", fitting.formatted("\"alpha\":1")).error())
        .isEqualTo("unknown parameter 'alpha' for model 'bce_with_logits'; it takes reduction");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "99999999999", "word", "1.5", "", "0x10", "9999999999999999999999"})
  void refusesHeaderLengthsThatCannotBe(String length) throws IOException {
    for (String transfer : new String[] {"", "Transfer-Encoding: chunked\r\n"}) {
      String body = transfer.isEmpty() ? x("[1]", "[0]") : "3\r\n{}\n\r\n0\r\n\r\n";
      RawHttp.Response response =
          RawHttp.post(
              server.port(),
              INFER,
              transfer + "Inference-Header-Content-Length: " + length + "\r\n",
              body);
      assertThat(response.status()).as(response.text()).isEqualTo(400);
      assertThat(response.error()).contains("Inference-Header-Content-Length");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "32, 40, 40, 'input byte size mismatch for input ''x'' for model ''sigmoid''. Expected 32, got 40'",
    "32, 24, 24, 'input byte size mismatch for input ''x'' for model ''sigmoid''. Expected 32, got 24'",
    "32, 32, 30, 'input ''x'' for model ''sigmoid'' is missing 2 bytes'",
    "32, 32, 0, 'input ''x'' for model ''sigmoid'' is missing 32 bytes'",
    "32, 32, 33, behind its last input",
    "0, 0, 1, behind its last input"
  })
  void comparesWhatIsSaidWithWhatIsSent(int shape, int said, int sent, String message)
      throws IOException {
    String json =
        input(
            "\"shape\":[%d],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":%d}"
                .formatted(shape / 4, said));
    byte[] body = (json + "\0".repeat(sent)).getBytes(StandardCharsets.UTF_8);
    String header = "Inference-Header-Content-Length: " + json.length() + "\r\n";
    RawHttp.Response response = RawHttp.exchange(server.port(), "POST", INFER, header, body);
    assertThat(response.status()).as(response.text()).isEqualTo(400);
    assertThat(response.error()).contains(message);

    byte[] chunked =
        (Integer.toHexString(body.length)
                + "\r\n"
                + new String(body, StandardCharsets.ISO_8859_1)
                + "\r\n0\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    RawHttp.Response again =
        RawHttp.exchange(
            server.port(), "POST", INFER, "Transfer-Encoding: chunked\r\n" + header, chunked);
    assertThat(again.status()).as(again.text()).isEqualTo(400);
    assertThat(again.error()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "softmax, 8, one variable dimension",
    "prelu, 8, exactly one required input",
    "bce_with_logits, 8, exactly one required input",
    "sigmoid, 7, 'Expected a multiple of 4, got 7'"
  })
  void refusesRawRequestsThatSayTooLittle(String model, int length, String message)
      throws IOException {
    RawHttp.Response response =
        RawHttp.exchange(
            server.port(),
            "POST",
            "/v2/models/" + model + "/infer",
            "Inference-Header-Content-Length: 0\r\n",
            new byte[length]);
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.error()).contains(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd", "compress", "identity, gzip"})
  void refusesEncodingsAndSaysWhatItTakes(String encoding) throws IOException {
    RawHttp.Response response =
        RawHttp.post(
            server.port(), INFER, "Content-Encoding: " + encoding + "\r\n", x("[1]", "[0]"));
    assertThat(response.status()).isEqualTo(501);
    assertThat(response.error()).contains("Content-Encoding '" + encoding + "' is not supported");
    assertThat(response.headers()).containsEntry("accept-encoding", "gzip, deflate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "Identity", " identity "})
  void takesTheIdentityEncoding(String encoding) throws IOException {
    RawHttp.Response response =
        RawHttp.post(
            server.port(), INFER, "Content-Encoding: " + encoding + "\r\n", x("[1]", "[0]"));
    assertThat(response.status()).isEqualTo(200);
  }

  @Test
  void refusesSharedMemoryUnlessItIsOn() throws IOException {
    String output =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0]}],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"shared_memory_region\":\"r\",\"shared_memory_byte_size\":4}}]}";
    String shared =
        input(
            "\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{\"shared_memory_region\":\"r\",\"shared_memory_byte_size\":4}");
    for (String json : new String[] {output, shared}) {
      RawHttp.Response response = RawHttp.post(server.port(), INFER, "", json);
      assertThat(response.status()).as(response.text()).isEqualTo(501);
      assertThat(response.error()).contains("verhulst.shared-memory.enabled=true");
    }
  }

  private static RawHttp.Response post(String model, String json) throws IOException {
    return RawHttp.post(server.port(), "/v2/models/" + model + "/infer", "", json);
  }
}
