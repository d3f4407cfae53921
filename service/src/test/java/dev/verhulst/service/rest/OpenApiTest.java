package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.rest.OpenApiDocument.Operation;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The OpenAPI document is one, and says everything that there is. */
class OpenApiTest {

  private final OpenApiDocument document = OpenApiDocument.ofServer();

  @Test
  void isServedAndValid() throws IOException {
    try (TestServer server = TestServer.start()) {
      RawHttp.Response response = RawHttp.get(server.port(), "/openapi");
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.headers()).containsEntry("content-type", "application/json");
      SwaggerParseResult parsed =
          new OpenAPIV3Parser()
              .readContents(new String(response.body(), StandardCharsets.UTF_8), null, null);
      assertThat(parsed.getMessages()).isEmpty();
      assertThat(parsed.getOpenAPI().getPaths()).hasSize(document.root().get("paths").size());
    }
  }

  @Test
  void anErrorInItWouldBeFound() {
    String wrong = document.root().toString().replace("\"in\":\"path\"", "\"in\":\"pat\"");
    assertThat(new OpenAPIV3Parser().readContents(wrong, null, null).getMessages()).isNotEmpty();
  }

  /** Who adds a route adds it to {@code openapi.yaml}. */
  @Test
  void saysEveryRoute() {
    Set<String> documented =
        document.operations().stream()
            .filter(operation -> !operation.isManagement())
            .map(operation -> RequestPath.of(sample(operation.path())).getClass().getSimpleName())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> routes =
        Arrays.stream(RequestPath.class.getPermittedSubclasses())
            .filter(route -> route != RequestPath.Unknown.class)
            .map(Class::getSimpleName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).isEqualTo(routes);
  }

  @Test
  void saysEveryMethodOfARoute() throws IOException {
    try (TestServer server = TestServer.start()) {
      for (String path : paths()) {
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
          boolean documented =
              document.root().at(pointer(path)).has(method.toLowerCase(Locale.ROOT));
          RawHttp.Response response =
              RawHttp.exchange(server.port(), method, sample(path), "", new byte[0]);
          assertThat(response.status() != 405)
              .as("%s %s is documented; %s", method, path, response.text())
              .isEqualTo(documented);
        }
      }
    }
  }

  /** Of what is inference's, since any part of the protocol's errors can come of it. */
  @Test
  void saysEveryStatusOfTheTableOfErrors() {
    Set<Integer> statuses = new TreeSet<>();
    for (Operation operation : document.operations()) {
      operation
          .node()
          .get("responses")
          .propertyNames()
          .forEach(status -> statuses.add(Integer.parseInt(status)));
    }
    Set<Integer> table =
        Stream.of(ErrorKind.values())
            // Nobody is left to read the one; the other is that of no operation.
            .filter(kind -> kind != ErrorKind.CANCELLED && kind != ErrorKind.METHOD_NOT_ALLOWED)
            .map(ErrorKind::httpStatus)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(statuses).containsAll(table);
  }

  private List<String> paths() {
    return document.operations().stream()
        .filter(operation -> !operation.isManagement())
        .map(Operation::path)
        .distinct()
        .toList();
  }

  private static String pointer(String path) {
    return "/paths/" + path.replace("~", "~0").replace("/", "~1");
  }

  private static String sample(String path) {
    return path.replace("{model_name}", "sigmoid")
        .replace("{model_version}", "1")
        .replaceAll("\\{\\w+}", "any");
  }
}
