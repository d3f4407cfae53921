package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.lifecycle.ServerState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of the OpenAPI document are true: the server answers them as they say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiExamplesTest {

  private final OpenApiDocument document = OpenApiDocument.ofServer();
  private final TestServer starting = TestServer.start("test.ready=false");
  private TestServer ready;
  private final TestServer stopping = TestServer.start();

  @BeforeAll
  void start(@TempDir Path repository, @TempDir Path sharedMemory, @TempDir Path data)
      throws Exception {
    Path model = Files.createDirectory(repository.resolve("steep_leaky"));
    Files.writeString(model.resolve("config.yaml"), "operator: leaky_relu");
    Files.write(sharedMemory.resolve("input_data"), new byte[64]);
    List<String> settings = new ArrayList<>(ExampleJobs.settings(repository, data));
    settings.add("verhulst.model-repository=" + repository);
    settings.add("verhulst.shared-memory.enabled=true");
    settings.add("verhulst.shared-memory.directory=" + sharedMemory);
    ready = TestServer.start(settings.toArray(String[]::new));
    ExampleJobs.run(ready.port());
    stopping.bean(ServerState.class).markStopping();
  }

  @AfterAll
  void close() {
    starting.close();
    ready.close();
    stopping.close();
  }

  Stream<OpenApiExchange> examples() {
    return Stream.of("starting", "ready", "stopping")
        .flatMap(state -> OpenApiExchange.all(document, state).stream())
        .filter(exchange -> !exchange.isManagement());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void areAnsweredAsTheySay(OpenApiExchange exchange) throws Exception {
    TestServer server =
        switch (exchange.state()) {
          case "starting" -> starting;
          case "ready" -> ready;
          case "stopping" -> stopping;
          default -> throw new AssertionError("there is no state " + exchange.state());
        };
    exchange.expectOn(server.port());
  }

  /** An example of a request that no answer takes up would never be sent. */
  @Test
  void ofRequestsAllHaveAnAnswer() {
    for (OpenApiDocument.Operation operation : document.operations()) {
      Set<String> answered = new TreeSet<>();
      for (String state : List.of("starting", "ready", "stopping")) {
        OpenApiExchange.all(document, state).stream()
            .filter(exchange -> exchange.operation().equals(operation))
            .forEach(exchange -> answered.add(exchange.name()));
      }
      document
          .get(operation.node(), "requestBody")
          .path("content")
          .forEachEntry(
              (type, media) -> {
                List<String> sent = new ArrayList<>(document.examples(media).keySet());
                // An answer without an example is that to the first request.
                if (answered.contains("")
                    && document
                        .get(operation.node(), "requestBody")
                        .path("required")
                        .asBoolean(false)) {
                  sent.removeFirst();
                }
                assertThat(answered)
                    .as("%s %s, %s", operation.method(), operation.path(), type)
                    .containsAll(sent);
              });
    }
  }
}
