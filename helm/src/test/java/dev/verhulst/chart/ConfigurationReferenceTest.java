package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The part of docs/configuration.md that is written by hand, Spring Boot's own settings, gives the
 * defaults of the service. {@link GeneratedFilesTest} holds the rest.
 */
class ConfigurationReferenceTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server.port",
        "spring.grpc.server.port",
        "management.server.port",
        "server.tomcat.max-connections"
      })
  void itGivesTheDefault(String name) throws IOException {
    String value = ServiceDefaults.read().at("/" + name.replace('.', '/')).asText();
    assertThat(Files.readString(Path.of("..", "docs", "configuration.md")))
        .contains("| `%s` | %s |".formatted(name, value));
  }
}
