package dev.verhulst.service.rest;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI document as the server has it, with its references followed. */
public record OpenApiDocument(JsonNode root) {

  static final JsonMapper MAPPER = JsonMapper.shared();

  /**
   * An operation.
   *
   * @param path as the document has it, with the names of its parameters in braces
   * @param method in lower case
   */
  record Operation(String path, String method, JsonNode item, JsonNode node) {

    /** Whether it is on the management port. */
    boolean isManagement() {
      return item.has("servers");
    }
  }

  public static OpenApiDocument ofServer() {
    return new OpenApiDocument(MAPPER.readTree(OpenApi.json()));
  }

  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    root.get("paths")
        .forEachEntry(
            (path, item) ->
                item.forEachEntry(
                    (method, node) -> {
                      if (!method.equals("servers")) {
                        operations.add(new Operation(path, method, item, node));
                      }
                    }));
    return operations;
  }

  /** The part of that name, or nothing; where it is a reference, what that refers to. */
  JsonNode get(JsonNode node, String name) {
    return resolve(node.path(name));
  }

  /** What a node refers to; the node itself where it is no reference. */
  JsonNode resolve(JsonNode node) {
    JsonNode resolved = node;
    while (resolved.has("$ref")) {
      String reference = resolved.get("$ref").stringValue();
      resolved = root.at(reference.substring(1));
      if (resolved.isMissingNode()) {
        throw new AssertionError(reference + " refers to nothing");
      }
    }
    return resolved;
  }

  /** A schema that stands on its own: with everything that it may refer to. */
  JsonNode standalone(JsonNode schema) {
    ObjectNode standalone = MAPPER.createObjectNode();
    standalone.set("components", root.get("components"));
    standalone.set("allOf", MAPPER.createArrayNode().add(schema));
    return standalone;
  }

  /** The examples of a request's or an answer's media type, or of a parameter, by their names. */
  Map<String, JsonNode> examples(JsonNode node) {
    Map<String, JsonNode> examples = new java.util.LinkedHashMap<>();
    node.path("examples").forEachEntry((name, example) -> examples.put(name, resolve(example)));
    return examples;
  }

  /** The example of that name, or else the first one of a parameter that must be there. */
  @Nullable JsonNode example(JsonNode parameter, String name) {
    Map<String, JsonNode> examples = examples(parameter);
    JsonNode example = examples.get(name);
    if (example != null || !parameter.path("required").asBoolean(false)) {
      return example;
    }
    Iterator<JsonNode> all = examples.values().iterator();
    if (!all.hasNext()) {
      throw new AssertionError("the parameter " + parameter.get("name") + " has no example");
    }
    return all.next();
  }
}
