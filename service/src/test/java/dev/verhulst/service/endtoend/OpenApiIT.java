package dev.verhulst.service.endtoend;

import dev.verhulst.service.rest.ExampleJobs;
import dev.verhulst.service.rest.OpenApiDocument;
import dev.verhulst.service.rest.OpenApiExchange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packaged service answers the OpenAPI document's examples as they say, on either port. */
class OpenApiIT {

  @TempDir static Path repository;
  @TempDir static Path sharedMemory;
  @TempDir static Path data;
  private static ServiceProcess service;

  @BeforeAll
  static void start() throws Exception {
    ModelFiles models = new ModelFiles(repository).model("steep_leaky", "operator: leaky_relu");
    Files.write(sharedMemory.resolve("input_data"), new byte[64]);
    List<String> settings = new ArrayList<>();
    ExampleJobs.settings(repository, data).forEach(setting -> settings.add("--" + setting));
    settings.add(models.setting());
    settings.add("--verhulst.shared-memory.enabled=true");
    settings.add("--verhulst.shared-memory.directory=" + sharedMemory);
    service = ServiceProcess.start(settings.toArray(String[]::new));
    ExampleJobs.run(service.port());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  static List<OpenApiExchange> examples() {
    return OpenApiExchange.all(OpenApiDocument.ofServer(), "ready");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void examplesAreAnsweredAsTheySay(OpenApiExchange exchange) throws Exception {
    exchange.expectOn(exchange.isManagement() ? service.managementPort() : service.port());
  }
}
