package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's commands train, calibrate and serve a head, as they stand there. */
class ReadmeJobsTest {

  private static final Pattern SETTING = Pattern.compile("--(verhulst\\S+?)=\"\\$PWD/([^\"]+)\"");
  private static final Pattern CURL =
      Pattern.compile("curl -sN? localhost:8000(\\S+)(?: -d '([^']+)')?");

  @Test
  void doAsTheySay(@TempDir Path models) throws IOException {
    String section = section();
    Matcher data = SETTING.matcher(section);
    assertThat(data.find()).isTrue();
    assertThat(data.group(1)).isEqualTo("verhulst.model-repository");
    assertThat(data.find()).isTrue();
    try (TestServer server =
        TestServer.start(
            "verhulst.model-repository=" + models,
            "verhulst.jobs.enabled=true",
            data.group(1) + "=" + Path.of("..", data.group(2)).toAbsolutePath().normalize())) {
      Matcher curl = CURL.matcher(section);
      assertThat(next(curl, server).text()).contains("\"id\":\"first\"");
      assertThat(next(curl, server).text()).contains("event: end").contains("\"succeeded\"");
      RawHttp.Response answer = next(curl, server);
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      double probability =
          JsonBody.of(answer.text()).get("outputs").get(0).doubles("data").getFirst();
      assertThat(probability).as("of a malignant tumour's being benign").isBetween(0.0, 0.1);
      assertThat(models.resolve("breast_cancer/1/model.safetensors")).exists();
    }
  }

  private static RawHttp.Response next(Matcher curl, TestServer server) throws IOException {
    assertThat(curl.find()).isTrue();
    String body = curl.group(2);
    return body == null
        ? RawHttp.get(server.port(), curl.group(1))
        : RawHttp.post(server.port(), curl.group(1), "", body);
  }

  private static String section() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    String from = readme.substring(readme.indexOf("## Trained, calibrated and served"));
    return from.substring(0, from.indexOf("\n## ", 1));
  }
}
