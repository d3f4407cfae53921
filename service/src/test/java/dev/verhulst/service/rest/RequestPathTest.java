package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {

  @Test
  void knowsEveryPath() {
    assertThat(RequestPath.of("/v2")).isEqualTo(new RequestPath.Server());
    assertThat(RequestPath.of("/v2/")).isEqualTo(new RequestPath.Server());
    assertThat(RequestPath.of("/v2/health/live")).isEqualTo(new RequestPath.Live());
    assertThat(RequestPath.of("/v2/health/ready")).isEqualTo(new RequestPath.Ready());
    assertThat(RequestPath.of("/v2/models/m")).isEqualTo(new RequestPath.ModelMetadata("m", null));
    assertThat(RequestPath.of("/v2/models/m/versions/12"))
        .isEqualTo(new RequestPath.ModelMetadata("m", "12"));
    assertThat(RequestPath.of("/v2/models/m/ready"))
        .isEqualTo(new RequestPath.ModelReady("m", null));
    assertThat(RequestPath.of("/v2/models/m/versions/1/ready"))
        .isEqualTo(new RequestPath.ModelReady("m", "1"));
    assertThat(RequestPath.of("/v2/models/m/infer")).isEqualTo(new RequestPath.Infer("m", null));
    assertThat(RequestPath.of("/v2/models/m/versions/1/infer"))
        .isEqualTo(new RequestPath.Infer("m", "1"));
    assertThat(RequestPath.of("/v2/repository/models/m/load"))
        .isEqualTo(new RequestPath.RepositoryLoad("m"));
    assertThat(RequestPath.of("/v2/repository/models/m%20n/unload"))
        .isEqualTo(new RequestPath.RepositoryUnload("m n"));
    assertThat(RequestPath.of("/v2/repository/mine/models/m/unload"))
        .isEqualTo(new RequestPath.NamedRepository());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/v1",
        "/v2/health",
        "/v2/health/live/",
        "/v2/models",
        "/v2/models/m/",
        "/v2/models/m/infer/",
        "/v2/models/m/versions",
        "/v2/models/m/versions/",
        "/v2/models/m/versions/one",
        "/v2/models/m/versions/-1/infer",
        "/v2/models/m/versions/1/nothing",
        "/v2/models/a/b/infer",
        "/V2/health/live"
      })
  void knowsNothingElse(String path) {
    assertThat(RequestPath.of(path)).isEqualTo(new RequestPath.Unknown());
  }

  @Test
  void decodesNamesAsEitherClientEncodesThem() {
    assertThat(RequestPath.of("/v2/models/%C3%A4+b%20c/infer"))
        .isEqualTo(new RequestPath.Infer("ä b c", null));
    assertThat(RequestPath.of("/v2/models/log%5Fsigmoid/infer"))
        .isEqualTo(new RequestPath.Infer("log_sigmoid", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/models//infer",
        "/v2/models/",
        "/v2/models/%20/infer",
        "/v2/models/+/infer",
        "/v2/models/../infer",
        "/v2/models/./infer",
        "/v2/models/../../etc/passwd",
        "/v2/models/%2e%2e/infer",
        "/v2/models/..%2F..%2Fetc%2Fpasswd/infer",
        "/v2/models/..%5Cetc/infer",
        "/v2/models/a%00b/infer",
        "/v2/models/a%0Ab/infer",
        "/v2/models/a%zz/infer"
      })
  void refusesNamesThatCouldBeNone(String path) {
    assertThatThrownBy(() -> RequestPath.of(path))
        .isInstanceOfSatisfying(
            InferenceException.class,
            e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT))
        .hasMessageContaining("model name");
  }
}
