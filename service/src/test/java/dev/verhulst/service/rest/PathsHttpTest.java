package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.ModelCatalogue;
import dev.verhulst.service.model.ServedModel;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths and methods there are, and what the others are answered. */
class PathsHttpTest {

  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE");

  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.expectEverythingGivenBack();
    server.close();
  }

  @Test
  void tellsItsHealth() throws IOException {
    for (String path :
        List.of(
            "/v2/health/live",
            "/v2/health/ready",
            "/v2/models/sigmoid/ready",
            "/v2/models/sigmoid/versions/1/ready",
            "/v2/models/log%5Fsigmoid/ready")) {
      RawHttp.Response response = RawHttp.get(server.port(), path);
      assertThat(response.status()).as(path).isEqualTo(200);
      assertThat(response.body()).isEmpty();
    }
  }

  @Test
  void isNotHealthyWhileItStops() throws IOException {
    server.bean(ServerState.class).markStopping();
    for (String path : List.of("/v2/health/live", "/v2/health/ready", "/v2/models/sigmoid/ready")) {
      RawHttp.Response response = RawHttp.get(server.port(), path);
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.error()).contains("shutting down");
      assertThat(response.headers()).containsEntry("retry-after", "1");
    }
    RawHttp.Response infer =
        RawHttp.post(server.port(), "/v2/models/sigmoid/infer", "", "{\"inputs\":[]}");
    assertThat(infer.status()).isEqualTo(503);
    assertThat(infer.headers()).containsEntry("retry-after", "1");
  }

  @Test
  void isLiveButNotReadyBeforeTheWarmUp() throws IOException {
    try (TestServer starting = TestServer.start("test.ready=false")) {
      assertThat(RawHttp.get(starting.port(), "/v2/health/live").status()).isEqualTo(200);
      for (String path : List.of("/v2/health/ready", "/v2/models/sigmoid/ready")) {
        RawHttp.Response response = RawHttp.get(starting.port(), path);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).isEmpty();
      }
      starting.bean(ServerState.class).markReady();
      assertThat(RawHttp.get(starting.port(), "/v2/health/ready").status()).isEqualTo(200);
    }
  }

  @Test
  void describesItself() throws IOException {
    RawHttp.Response response = RawHttp.get(server.port(), "/v2");
    assertThat(response.headers()).containsEntry("content-type", "application/json");
    JsonBody body = JsonBody.of(response.text());
    assertThat(body.keys()).containsExactly("extensions", "name", "version");
    assertThat(body.text("name")).isEqualTo("verhulst");
    assertThat(body.text("version")).isNotBlank();
    assertThat(body.get("extensions").toString())
        .contains("binary_tensor_data", "request_datatype(FP16,BF16,FP32,FP64)");
  }

  @Test
  void describesEveryModel() throws IOException {
    for (ServedModel served : server.bean(ModelCatalogue.class).all()) {
      Model model = served.model();
      RawHttp.Response response = RawHttp.get(server.port(), "/v2/models/" + model.name());
      JsonBody body = JsonBody.of(response.text());
      assertThat(body.keys()).containsExactly("inputs", "name", "outputs", "platform", "versions");
      assertThat(body.text("name")).isEqualTo(model.name());
      assertThat(body.get("versions")).hasToString("[\"1\"]");
      assertThat(body.text("platform")).isEqualTo("verhulst");
      for (String side : List.of("inputs", "outputs")) {
        for (int i = 0; i < body.get(side).node().size(); i++) {
          JsonBody tensor = body.get(side).get(i);
          assertThat(tensor.keys()).containsExactly("datatype", "name", "shape");
          assertThat(tensor.text("datatype")).isEqualTo("FP32");
          assertThat(tensor.get("shape").toString()).isIn("[-1]", "[-1,-1]");
        }
      }
    }
    assertThat(RawHttp.get(server.port(), "/v2/models/sigmoid/versions/1").text())
        .isEqualTo(
            """
            {"name":"sigmoid","versions":["1"],"platform":"verhulst","inputs":[\
            {"name":"x","datatype":"FP32","shape":[-1]},{"name":"grad_y","datatype":"FP32","shape":[-1]}],\
            "outputs":[{"name":"y","datatype":"FP32","shape":[-1]},{"name":"dy_dx","datatype":"FP32","shape":[-1]},\
            {"name":"grad_x","datatype":"FP32","shape":[-1]}]}""");
  }

  @Test
  void offersEveryActivationByEveryName() throws IOException {
    for (var activation : Activations.all()) {
      assertThat(status("/v2/models/" + activation.name() + "/ready")).isEqualTo(200);
      for (String alias : activation.aliases()) {
        assertThat(status("/v2/models/" + alias + "/ready")).isEqualTo(200);
      }
    }
    assertThat(status("/v2/models/bce_with_logits/ready")).isEqualTo(200);
  }

  private int status(String path) throws IOException {
    return RawHttp.get(server.port(), path).status();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/ready", "/infer"})
  void knowsNoOtherModelsAndVersions(String endpoint) throws IOException {
    String method = endpoint.equals("/infer") ? "POST" : "GET";
    RawHttp.Response unknown = send(method, "/v2/models/nothing" + endpoint);
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.error()).isEqualTo("Request for unknown model: 'nothing' is not found");
    RawHttp.Response version = send(method, "/v2/models/sigmoid/versions/2" + endpoint);
    assertThat(version.status()).isEqualTo(404);
    assertThat(version.error()).contains("'sigmoid' version 2 is not found");
    RawHttp.Response word = send(method, "/v2/models/sigmoid/versions/one" + endpoint);
    assertThat(word.status()).isEqualTo(404);
    assertThat(word.error()).isEqualTo("Not Found");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, 404, Not Found",
    "GET, /index.html, 404, Not Found",
    "GET, /v2/nothing, 404, Not Found",
    "POST, /v2/models/sigmoid/infer/more, 404, Not Found",
    "GET, /v2/models/sigmoid/infer, 405, Method Not Allowed",
    "POST, /v2/health/live, 405, Method Not Allowed",
    "DELETE, /v2, 405, Method Not Allowed",
    "OPTIONS, /v2/models/sigmoid/infer, 405, Method Not Allowed",
    "GET, /v2/models//ready, 400, model name",
    "GET, /v2/models/%20, 400, model name",
    "GET, /v2/models/..%2F..%2Fetc%2Fpasswd, 400, model name",
    "GET, /v2/models/..%5C..%5Cetc, 400, model name",
    "POST, /v2/models/../infer, 400, model name",
    "GET, /v2/../../../etc/passwd, 400, ''",
    "GET, /v2/models/%2e%2e/%2e%2e/%2e%2e/etc/passwd, 400, ''",
    "GET, /v2/models/a%00b, 400, ''",
    "GET, /v2/models/a%zz, 400, ''",
    "GET, /v2/models/a b, 400, ''",
    "GET, /v2/models/<script>, 400, ''",
    "GET, no-slash, 400, ''",
    "GET, http://, 400, ''",
    "TRACE, /v2, 405, ''",
    "CONNECT, localhost:80, 501, ''",
    "G@T, /v2, 400, ''",
    "FROB, /v2, 405, Method Not Allowed"
  })
  void answersEverythingElseInTheProtocolsForm(
      String method, String path, int status, String message) throws IOException {
    RawHttp.Response response = send(method, path);
    assertThat(response.status()).as(response.text()).isEqualTo(status);
    assertThat(response.error()).contains(message).doesNotContain("<html");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v2 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /v2 HTTP/1.1\r\n\r\n",
        "GET /v2 HTTP/9.9\r\nHost: a\r\n\r\n",
        "GET /v2 HTTP/1.1\r\nHost: a b c\r\n\r\n",
        "GET /v2 HTTP/1.1\r\nHost: a\r\nContent-Length: word\r\n\r\n",
        "POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: nothing\r\n\r\n",
        "POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        "POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n",
        "POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: a\r\nExpect: the-unexpected\r\n\r\n",
        "nonsense\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"
      })
  void answersWhatIsHardlyHttpInTheProtocolsForm(String request) throws IOException {
    try (RawHttp http = new RawHttp(server.port())) {
      http.send(request);
      RawHttp.Response response = http.read("POST");
      assertThat(response.status()).isBetween(400, 505).isNotEqualTo(500);
      assertThat(response.error()).isNotEmpty();
    }
    assertThat(status("/v2/health/live")).isEqualTo(200);
  }

  @Test
  void answersATooLongHeaderInTheProtocolsForm() throws IOException {
    RawHttp.Response response =
        RawHttp.exchange(
            server.port(), "GET", "/v2", "X: " + "x".repeat(100_000) + "\r\n", new byte[0]);
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.error()).isNotEmpty();
  }

  @Test
  void survivesEveryPathWithEveryMethodAndAnyBody() throws IOException {
    Random random = new Random(3);
    List<String> paths =
        List.of(
            "/",
            "/v2",
            "/v2/",
            "/v2/health/live",
            "/v2/health/ready",
            "/v2/models",
            "/v2/models/sigmoid",
            "/v2/models/sigmoid/ready",
            "/v2/models/sigmoid/infer",
            "/v2/models/sigmoid/versions/1/infer",
            "/v2/models/bce_with_logits/infer",
            "/v2/models/softmax/infer",
            "/v2/models/sigmoid/config",
            "/v2/models/sigmoid/stats",
            "/v2/models/stats",
            "/v2/repository/index",
            "/v2/repository/models/sigmoid/load",
            "/v2/repository/models/nothing/load",
            "/v2/repository/models/sigmoid/unload",
            "/v2/logging",
            "/v2/systemsharedmemory/status",
            "/metrics",
            "/error?x=%20");
    for (String path : paths) {
      for (String method : METHODS) {
        for (String header :
            List.of(
                "",
                "Inference-Header-Content-Length: 0\r\n",
                "Inference-Header-Content-Length: 10\r\n",
                "Content-Type: application/x-www-form-urlencoded\r\n",
                "Content-Type: multipart/form-data; boundary=x\r\n")) {
          byte[] body = new byte[random.nextInt(2_000)];
          random.nextBytes(body);
          RawHttp.Response response = RawHttp.exchange(server.port(), method, path, header, body);
          // 501 is what shared memory answers while it is off.
          assertThat(response.status())
              .as("%s %s %s", method, path, header)
              .satisfiesAnyOf(
                  status -> assertThat(status).isLessThan(500),
                  status -> assertThat(path.contains("sharedmemory") ? status : 0).isEqualTo(501));
        }
      }
    }
    assertThat(status("/v2/health/ready")).isEqualTo(200);
  }

  private RawHttp.Response send(String method, String path) throws IOException {
    return RawHttp.exchange(server.port(), method, path, "", new byte[0]);
  }
}
