package dev.verhulst.service.rest;

import dev.verhulst.service.rest.OpenApiDocument.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The OpenAPI document as a page to read, in Markdown. */
final class HttpApiReference {

  private static final String VERSION = "/versions/{model_version}";

  private final OpenApiDocument document;
  private final StringBuilder page = new StringBuilder();

  private HttpApiReference(OpenApiDocument document) {
    this.document = document;
  }

  static String of(OpenApiDocument document) {
    HttpApiReference reference = new HttpApiReference(document);
    reference.write();
    return reference.page.toString().strip() + "\n";
  }

  private void write() {
    line("# The HTTP interface");
    line("");
    line("<!-- Generated from service/src/main/resources/openapi.yaml; a test says how. -->");
    line("");
    line(document.root().at("/info/description").stringValue().strip());
    line("");
    line("The same as an OpenAPI document: `GET :8000/openapi`.");
    List<Operation> operations = document.operations();
    for (JsonNode tag : document.root().get("tags")) {
      line("");
      line("## " + tag.get("name").stringValue());
      description(tag);
      for (Operation operation : operations) {
        boolean isVersioned =
            operation.path().contains(VERSION)
                && operations.stream()
                    .anyMatch(any -> any.path().equals(operation.path().replace(VERSION, "")));
        if (operation.node().at("/tags/0").equals(tag.get("name")) && !isVersioned) {
          write(operation);
        }
      }
    }
    line("");
    line("## Schemas");
    document.root().at("/components/schemas").forEachEntry(this::schema);
  }

  private void write(Operation operation) {
    JsonNode node = operation.node();
    line("");
    line("### %s %s".formatted(operation.method().toUpperCase(Locale.ROOT), operation.path()));
    line("");
    line(node.get("summary").stringValue() + ".");
    description(node);
    Operation versioned =
        document.operations().stream()
            .filter(any -> any.path().contains(VERSION))
            .filter(any -> any.path().replace(VERSION, "").equals(operation.path()))
            .findFirst()
            .orElse(null);
    if (versioned != null) {
      line("");
      line("With a version: `" + versioned.path() + "`.");
    }
    parameters(versioned == null ? node : versioned.node());
    JsonNode body = document.get(node, "requestBody");
    if (!body.isMissingNode()) {
      line("");
      line("Request: " + media(body) + described(body));
    }
    responses(operation, versioned);
    examples(operation);
  }

  private void parameters(JsonNode operation) {
    JsonNode parameters = operation.path("parameters");
    if (parameters.isEmpty()) {
      return;
    }
    line("");
    line("| parameter | in | |");
    line("|---|---|---|");
    for (JsonNode reference : parameters) {
      JsonNode parameter = document.resolve(reference);
      line(
          "| `%s` | %s | %s |"
              .formatted(
                  parameter.get("name").stringValue(),
                  parameter.get("in").stringValue(),
                  parameter.path("description").asString("")));
    }
  }

  private void responses(Operation operation, @Nullable Operation versioned) {
    line("");
    line("| status | | body |");
    line("|---|---|---|");
    JsonNode responses = (versioned == null ? operation : versioned).node().get("responses");
    new TreeSet<>(responses.propertyNames())
        .forEach(
            status -> {
              JsonNode response = document.get(responses, status);
              List<String> headers = new ArrayList<>(response.path("headers").propertyNames());
              String mentioned =
                  headers.isEmpty() ? "" : " Header: `" + String.join("`, `", headers) + "`.";
              line(
                  "| %s | %s%s | %s |"
                      .formatted(
                          status,
                          response.get("description").stringValue().strip(),
                          mentioned,
                          media(response)));
            });
  }

  private String media(JsonNode message) {
    List<String> kinds = new ArrayList<>();
    message
        .path("content")
        .forEachEntry(
            (type, media) -> kinds.add("`%s` %s".formatted(type, type(media.get("schema")))));
    return String.join(", ", kinds).strip();
  }

  private void examples(Operation operation) {
    JsonNode body = document.get(operation.node(), "requestBody");
    for (String state : List.of("ready", "stopping")) {
      for (OpenApiExchange exchange : OpenApiExchange.all(document, state)) {
        if (!exchange.operation().equals(operation) || exchange.answer() == null) {
          continue;
        }
        JsonNode request = null;
        for (JsonNode media : body.path("content")) {
          JsonNode example = document.examples(media).get(exchange.name());
          request = example == null ? request : example;
        }
        JsonNode titled = request == null ? exchange.answer() : request;
        line("");
        line("%s:".formatted(titled.path("summary").asString("Example")));
        line("");
        line("```");
        line(operation.method().toUpperCase(Locale.ROOT) + " " + exchange.path());
        exchange.headers().forEach((key, value) -> line(key + ": " + value));
        line("```");
        if (request != null) {
          line("");
          value(request);
        }
        line("");
        line("is answered %d:".formatted(exchange.status()));
        line("");
        value(exchange.answer());
      }
    }
  }

  private void value(JsonNode example) {
    if (example.has("x-value-base64")) {
      line(example.path("description").asString("").strip());
      return;
    }
    line("```json");
    line(pretty(example.get("value"), ""));
    line("```");
  }

  private void schema(String name, JsonNode schema) {
    line("");
    line("### " + name);
    description(schema);
    if (schema.has("enum")) {
      line("");
      line("One of " + String.join(", ", values(schema.get("enum"))) + ".");
    }
    if (!schema.has("properties")) {
      return;
    }
    Set<String> required = new TreeSet<>(values(schema.path("required")));
    line("");
    line("| key | | |");
    line("|---|---|---|");
    schema
        .get("properties")
        .forEachEntry(
            (key, property) ->
                line(
                    "| `%s` | %s%s | %s |"
                        .formatted(
                            key,
                            type(property),
                            required.contains(key) ? "" : ", optional",
                            property.path("description").asString(""))));
  }

  private static List<String> values(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asString).toList();
  }

  private static String type(JsonNode schema) {
    if (schema.has("$ref")) {
      String name = schema.get("$ref").stringValue().replace("#/components/schemas/", "");
      return "[%s](#%s)".formatted(name, name.toLowerCase(Locale.ROOT));
    }
    if (schema.has("oneOf")) {
      List<String> types = new ArrayList<>();
      schema.get("oneOf").forEach(each -> types.add(type(each)));
      return String.join(" or ", types);
    }
    String type = schema.path("type").asString("any");
    return type.equals("array") ? "array of " + type(schema.get("items")) : type;
  }

  private void description(JsonNode node) {
    if (node.has("description")) {
      line("");
      line(node.get("description").stringValue().strip());
    }
  }

  private static String described(JsonNode node) {
    return node.has("description") ? ". " + node.get("description").stringValue().strip() : "";
  }

  /** JSON that breaks lines where it must: what fits into one stays in one. */
  private static String pretty(JsonNode value, String indent) {
    String flat = flat(value);
    if (flat.length() + indent.length() <= 110 || !value.isContainer()) {
      return flat;
    }
    String deeper = indent + "  ";
    List<String> parts = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(element -> parts.add(deeper + pretty(element, deeper)));
      return "[\n" + String.join(",\n", parts) + "\n" + indent + "]";
    }
    value.forEachEntry(
        (key, element) -> parts.add(deeper + "\"" + key + "\": " + pretty(element, deeper)));
    return "{\n" + String.join(",\n", parts) + "\n" + indent + "}";
  }

  /** JSON on one line, with a space after each colon and comma. */
  private static String flat(JsonNode value) {
    List<String> parts = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(element -> parts.add(flat(element)));
      return "[" + String.join(", ", parts) + "]";
    }
    if (value.isObject()) {
      value.forEachEntry((key, element) -> parts.add("\"" + key + "\": " + flat(element)));
      return "{" + String.join(", ", parts) + "}";
    }
    return value.toString();
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
