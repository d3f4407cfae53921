package dev.verhulst.service.endtoend;

import dev.verhulst.service.rest.OpenApiDocument;
import dev.verhulst.service.rest.OpenApiExchange;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packaged service answers the OpenAPI document's examples as they say, on either port. */
class OpenApiIT {

  private static ServiceProcess service;

  @BeforeAll
  static void start() {
    service = ServiceProcess.start();
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
