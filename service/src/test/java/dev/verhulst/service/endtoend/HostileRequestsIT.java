package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.error.NotFoundException;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong requests get a clear error, and the service stays as it was. */
@ExtendWith(SharedService.class)
class HostileRequestsIT {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final ServiceProcess service;
  private final VerhulstClient client;

  HostileRequestsIT(ServiceProcess service, VerhulstClient client) {
    this.service = service;
    this.client = client;
  }

  @AfterAll
  static void closeHttp() {
    HTTP.close();
  }

  @AfterEach
  void theServiceStillWorks() {
    assertThat(client.isLive()).isTrue();
    assertThat(client.sigmoid(new float[] {0})).containsExactly(0.5f);
  }

  private HttpResponse<String> post(String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(service.url() + "/v2/models/sigmoid/infer"))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static void assertClearError(HttpResponse<String> response, String... words) {
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).startsWith("{\"error\":\"").endsWith("\"}");
    for (String word : words) {
      assertThat(response.body()).contains(word);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "99999999999", "many", "1.5", "18446744073709551616"})
  void aHeaderLengthThatCannotBe(String length) throws Exception {
    assertClearError(
        post("{\"inputs\":[]}", "Inference-Header-Content-Length", length),
        "Inference-Header-Content-Length",
        length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[16,1152921504606846978]", "[4,1152921504606846978]", "[-1]", "[2,-3]"})
  void aShapeThatCannotBe(String shape) throws Exception {
    String input = "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":" + shape;
    assertClearError(post("{\"inputs\":[" + input + ",\"data\":[1]}]}"), "shape", "sigmoid");
    String binary = "{\"inputs\":[" + input + ",\"parameters\":{\"binary_data_size\":4}}]}";
    assertClearError(
        post(binary + "abcd", "Inference-Header-Content-Length", "" + binary.length()),
        "shape",
        "sigmoid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "{\"inputs\":{}}", "\u0000", "{\"inputs\":[]}"})
  void aBodyThatIsNoRequest(String body) throws Exception {
    assertClearError(post(body));
  }

  @Test
  void nestingBeyondAllMeasure() throws Exception {
    String deep = "[".repeat(250_000) + "]".repeat(250_000);
    assertClearError(
        post(
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":"
                + deep
                + "}]}"));
  }

  @ParameterizedTest
  @EnumSource(names = {"BINARY", "JSON"})
  void inputsThatTheModelDoesNotTake(Encoding encoding) {
    VerhulstClient encoded = client.withEncoding(encoding);
    Tensor one = Tensor.of(new float[] {1});
    assertThatThrownBy(
            () -> encoded.infer(request("sigmoid").input("x", Tensor.of(new int[] {1})).build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContainingAll("'x'", "INT32", "'sigmoid'", "FP32");
    assertThatThrownBy(() -> encoded.infer(request("sigmoid").input("z", one).build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("z");
    assertThatThrownBy(() -> encoded.infer(request("bce_with_logits").input("logits", one).build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("target");
    assertThatThrownBy(
            () ->
                encoded.infer(
                    request("sigmoid")
                        .input("x", one)
                        .input("grad_y", Tensor.of(new float[2]))
                        .output("grad_x")
                        .build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("grad_y");
    assertThatThrownBy(() -> encoded.infer(request("sigmoid").input("x", one).output("z").build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("z");
    assertThatThrownBy(
            () ->
                encoded.infer(
                    request("leaky_relu").input("x", one).parameter("alpha", "steep").build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("alpha");
  }

  private static InferenceRequest.Builder request(String model) {
    return InferenceRequest.builder(model);
  }

  @ParameterizedTest
  @CsvSource({"bce_with_logits, logits", "prelu, x", "softmax, x"})
  void aRawRequestToAModelOfSeveralInputsOrDimensions(String model, String input) {
    InferenceRequest raw =
        request(model).encoding(Encoding.RAW).input(input, Tensor.of(new float[] {1})).build();
    assertThatThrownBy(() -> client.infer(raw))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("raw binary request");
  }

  @Test
  void namesThatAreNoModels() {
    for (String name : List.of("no_such_model", "../sigmoid", "a/b", "sigmoid\n")) {
      assertThatThrownBy(() -> client.modelMetadata(name))
          .isInstanceOf(InvalidRequestException.class);
      assertThat(client.isModelReady(name)).isFalse();
    }
    assertThatThrownBy(() -> client.modelMetadata("sigmoid", "17"))
        .isInstanceOf(NotFoundException.class);
  }
}
