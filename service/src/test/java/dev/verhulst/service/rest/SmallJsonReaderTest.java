package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bodies without tensors: they lie on the heap. */
class SmallJsonReaderTest {

  private static final String INDEX = "/v2/repository/index";
  private static final int LONGEST = 2 * 1024 * 1024;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aBodyMayBeAsLongAsItMay() throws Exception {
    String longest = "{" + " ".repeat(LONGEST - 2) + "}";
    assertThat(RawHttp.post(server.port(), INDEX, "", longest).status()).isEqualTo(200);
    for (String headers : List.of("", "Transfer-Encoding: chunked\r\n")) {
      String body =
          headers.isEmpty()
              ? longest + " "
              : "%x\r\n%s \r\n0\r\n\r\n".formatted(LONGEST + 1, longest);
      RawHttp.Response response = RawHttp.post(server.port(), INDEX, headers, body);
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.error()).contains("must not be longer than 2097152 bytes");
    }
  }

  @Test
  void soManyAtOnceAreTurnedAwayUntilOthersHaveCome() throws Exception {
    List<RawHttp> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        RawHttp http = new RawHttp(server.port());
        slow.add(http);
        http.send(
            "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n{".formatted(INDEX, LONGEST));
      }
      RawHttp.Response refused;
      do {
        refused = RawHttp.post(server.port(), INDEX, "", "{}");
      } while (refused.status() == 200);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.error())
          .isEqualTo(
              "requests without tensors on their way in take more than the 8388608 bytes that they may; try again later");
      for (RawHttp http : slow) {
        http.send(" ".repeat(LONGEST - 2) + "}");
        assertThat(http.read("POST").status()).isEqualTo(200);
      }
      assertThat(RawHttp.post(server.port(), INDEX, "", "{}").status()).isEqualTo(200);
    } finally {
      for (RawHttp http : slow) {
        http.close();
      }
    }
  }
}
