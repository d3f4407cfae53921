package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeyFilterTest {

  private static final String KEY = "0123456789abcdef";
  private static final String INFER = "/v2/models/sigmoid/infer";

  @Test
  void onlyHealthIsForEveryone(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("scores"), KEY);
    try (TestServer server = TestServer.start("verhulst.api-keys=" + directory);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> refused = post(client, server, INFER, null);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
      assertThat(refused.body()).contains("\"error\"").contains("Authorization: Bearer KEY");
      assertThat(post(client, server, INFER, "Bearer " + KEY + "0").statusCode()).isEqualTo(401);
      assertThat(post(client, server, INFER, "Bearer " + KEY).body()).contains("[0.5]");
      for (String path :
          new String[] {"/v2", "/v2/models/sigmoid", "/v2/models/stats", "/nothing"}) {
        assertThat(get(client, server, path).statusCode()).as(path).isEqualTo(401);
      }
      for (String path : new String[] {"/v2/health/live", "/v2/health/ready"}) {
        assertThat(get(client, server, path).statusCode()).as(path).isEqualTo(200);
      }
      server.expectEverythingGivenBack();
    }
  }

  /** Who sends a long tensor without a key gets to read why it is refused. */
  @Test
  void aLongBodyIsRefusedLegibly(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("scores"), KEY);
    try (TestServer server = TestServer.start("verhulst.api-keys=" + directory);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(server.uri(INFER))
              .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[16 << 20]))
              .build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(401);
      server.expectEverythingGivenBack();
    }
  }

  private static HttpResponse<String> post(
      HttpClient client, TestServer server, String path, @Nullable String authorization)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(path))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[0]}]}"));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(HttpClient client, TestServer server, String path)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(server.uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
