package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The jobs that the OpenAPI document's examples tell of. */
public final class ExampleJobs {

  private static final String FIT =
      """
      {"id": "fitted", "parameters": {"data": "breast_cancer.csv", "labels": "label",
      "calibration": "platt", "calibration_share": 0.2}}\
      """;

  private static final String LOST = "kind=fit\nmodel=heart\ncreated=2026-01-01T12:00:00Z\n";

  private ExampleJobs() {}

  /**
   * Leaves a trace of a lost job in the repository, and gives the settings of a server with jobs.
   */
  public static List<String> settings(Path repository, Path data) throws IOException {
    Path lost = Files.createDirectories(repository.resolve(".jobs"));
    Files.writeString(lost.resolve("lost.properties"), LOST);
    Files.copy(
        Path.of("../heads/src/test/resources/dev/verhulst/heads/breast_cancer.csv"),
        data.resolve("breast_cancer.csv"));
    return List.of("verhulst.jobs.enabled=true", "verhulst.jobs.data-directory=" + data);
  }

  /** Has the server fit the head of the examples, and waits for it. */
  public static void run(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      String base = "http://localhost:" + port;
      send(
          client,
          HttpRequest.newBuilder(URI.create(base + "/v2/repository/models/heart/fit"))
              .POST(HttpRequest.BodyPublishers.ofString(FIT)));
      String events =
          send(client, HttpRequest.newBuilder(URI.create(base + "/v2/jobs/fitted/events")));
      assertThat(events).contains("\"state\":\"succeeded\"");
    }
  }

  private static String send(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isLessThan(300);
    return response.body();
  }
}
