package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.verhulst.service.rest.OpenApiDocument.Operation;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A request that the OpenAPI document gives as an example, and the answer that it promises.
 *
 * @param state the state of the server that it is for: starting, ready or stopping
 * @param contentType that of the answer; null where its body is empty
 * @param answer the example of the answer; null where there is none
 */
public record OpenApiExchange(
    OpenApiDocument document,
    Operation operation,
    String name,
    String state,
    int status,
    @Nullable String contentType,
    @Nullable JsonNode answer) {

  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  /** Every exchange that the document gives for a server in that state. */
  public static List<OpenApiExchange> all(OpenApiDocument document, String state) {
    List<OpenApiExchange> all = new ArrayList<>();
    for (Operation operation : document.operations()) {
      operation
          .node()
          .get("responses")
          .forEachEntry(
              (status, response) ->
                  all.addAll(
                      of(
                          document,
                          operation,
                          Integer.parseInt(status),
                          document.resolve(response))));
    }
    return all.stream().filter(exchange -> exchange.state.equals(state)).toList();
  }

  private static List<OpenApiExchange> of(
      OpenApiDocument document, Operation operation, int status, JsonNode response) {
    List<OpenApiExchange> exchanges = new ArrayList<>();
    JsonNode content = response.path("content");
    if (response.has("x-server-state") || status == 200 && content.isEmpty()) {
      exchanges.add(
          new OpenApiExchange(document, operation, "", state(response), status, null, null));
    }
    content.forEachEntry(
        (type, media) -> {
          if (status == 200 && !media.has("examples")) {
            exchanges.add(
                new OpenApiExchange(document, operation, "", "ready", status, type, null));
          }
          document
              .examples(media)
              .forEach(
                  (name, example) ->
                      exchanges.add(
                          new OpenApiExchange(
                              document, operation, name, state(example), status, type, example)));
        });
    return exchanges;
  }

  private static String state(JsonNode node) {
    return node.path("x-server-state").asString("ready");
  }

  /** Whether it is with the management port. */
  public boolean isManagement() {
    return operation.isManagement();
  }

  /** Sends the request, and compares the answer with what the document says of it. */
  public void expectOn(int port) throws IOException, InterruptedException {
    HttpResponse<byte[]> got;
    try (HttpClient client = HttpClient.newHttpClient()) {
      got = client.send(request(port), HttpResponse.BodyHandlers.ofByteArray());
    }
    String text = new String(got.body(), StandardCharsets.UTF_8);
    assertThat(got.statusCode()).as(text).isEqualTo(status);
    if (contentType == null) {
      assertThat(text).isEmpty();
      return;
    }
    assertThat(got.headers().firstValue("Content-Type").orElse("")).startsWith(contentType);
    if (answer != null && answer.has("x-value-base64")) {
      assertThat(got.body()).as(text).isEqualTo(bytes(answer));
      return;
    }
    if (contentType.equals("application/json")) {
      expectJson(OpenApiDocument.MAPPER.readTree(text));
    } else {
      assertThat(text).isNotBlank();
    }
  }

  private void expectJson(JsonNode got) {
    JsonNode media =
        document
            .get(operation.node().get("responses"), Integer.toString(status))
            .path("content")
            .path("application/json");
    var schema = SCHEMAS.getSchema(document.standalone(media.get("schema")));
    assertThat(schema.validate(got)).as("%s", got).isEmpty();
    if (answer != null) {
      JsonNode promised = answer.get("value");
      assertThat(schema.validate(promised)).as("%s", promised).isEmpty();
      if (!answer.path("x-varies").asBoolean(false)) {
        expectSame(promised, got, "");
      }
    }
  }

  /** Numbers may differ in their last bit, as processors do. */
  private static void expectSame(JsonNode promised, JsonNode got, String where) {
    if (promised.isNumber()) {
      assertThat(got.isNumber()).as("%s is %s", where, got).isTrue();
      double value = promised.doubleValue();
      assertThat(got.doubleValue()).as(where).isCloseTo(value, within(1e-6 * Math.abs(value)));
    } else if (promised.isArray()) {
      assertThat(got.size()).as(where).isEqualTo(promised.size());
      for (int i = 0; i < promised.size(); i++) {
        expectSame(promised.get(i), got.path(i), where + "/" + i);
      }
    } else if (promised.isObject()) {
      assertThat(got.propertyNames()).as(where).isEqualTo(promised.propertyNames());
      promised.forEachEntry((key, value) -> expectSame(value, got.get(key), where + "/" + key));
    } else {
      assertThat(got).as(where).isEqualTo(promised);
    }
  }

  private HttpRequest request(int port) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path()))
            .method(
                operation.method().toUpperCase(Locale.ROOT),
                HttpRequest.BodyPublishers.ofByteArray(body()));
    headers().forEach(request::header);
    return request.build();
  }

  /** The request's path, with the parameters' values. */
  String path() {
    String path = operation.path();
    for (Map.Entry<String, String> parameter : parameters("path").entrySet()) {
      path =
          path.replace(
              "{" + parameter.getKey() + "}",
              URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
    }
    return path;
  }

  /** The request's headers. */
  Map<String, String> headers() {
    return parameters("header");
  }

  private Map<String, String> parameters(String place) {
    Map<String, String> values = new LinkedHashMap<>();
    for (JsonNode reference : operation.node().path("parameters")) {
      JsonNode parameter = document.resolve(reference);
      JsonNode example = document.example(parameter, name);
      if (example != null && parameter.get("in").stringValue().equals(place)) {
        values.put(parameter.get("name").stringValue(), example.get("value").asString());
      }
    }
    return values;
  }

  /** The example of the request's body; empty where there is none. */
  private byte[] body() {
    JsonNode content = document.get(operation.node(), "requestBody").path("content");
    for (Map.Entry<String, JsonNode> media : content.properties()) {
      Map<String, JsonNode> examples = document.examples(media.getValue());
      JsonNode example = examples.get(name);
      if (example == null
          && name.isEmpty()
          && document.get(operation.node(), "requestBody").path("required").asBoolean(false)) {
        example = examples.values().iterator().next();
      }
      if (example != null) {
        return example.has("x-value-base64")
            ? bytes(example)
            : example.get("value").toString().getBytes(StandardCharsets.UTF_8);
      }
    }
    return new byte[0];
  }

  private static byte[] bytes(JsonNode example) {
    return Base64.getDecoder().decode(example.get("x-value-base64").stringValue());
  }

  @Override
  public String toString() {
    return "%s %s: %d %s".formatted(operation.method(), operation.path(), status, name);
  }
}
