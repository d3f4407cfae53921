package dev.verhulst.service.endtoend;

import dev.verhulst.service.rest.OpenApiDocument;
import dev.verhulst.service.rest.OpenApiExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static ServiceProcess service;

  @BeforeAll
  static void start() throws IOException {
    ModelFiles models = new ModelFiles(repository).model("steep_leaky", "operator: leaky_relu");
    Files.write(sharedMemory.resolve("input_data"), new byte[64]);
    service =
        ServiceProcess.start(
            models.setting(),
            "--verhulst.shared-memory.enabled=true",
            "--verhulst.shared-memory.directory=" + sharedMemory);
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
