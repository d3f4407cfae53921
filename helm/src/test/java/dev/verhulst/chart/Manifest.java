package dev.verhulst.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Objects of Kubernetes.
 *
 * @param objects as they were rendered
 */
record Manifest(List<JsonNode> objects) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The documents of a YAML stream; a key that stands twice in one mapping is an error. */
  static Manifest parse(String yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<JsonNode> objects = new ArrayList<>();
    for (Object document : new Yaml(new SafeConstructor(options)).loadAll(yaml)) {
      if (document != null) {
        objects.add(JSON.valueToTree(document));
      }
    }
    return new Manifest(objects);
  }

  /** The only object of a kind. */
  JsonNode only(String kind) {
    return find(kind).orElseThrow(() -> new AssertionError("there is no " + kind));
  }

  /** The only object of a kind, if there is one. */
  Optional<JsonNode> find(String kind) {
    List<JsonNode> found =
        objects.stream().filter(object -> object.at("/kind").asText().equals(kind)).toList();
    if (found.size() > 1) {
      throw new AssertionError("there are " + found.size() + " of " + kind);
    }
    return found.stream().findFirst();
  }

  /** The service's container. */
  JsonNode container() {
    return only("Deployment").at("/spec/template/spec/containers/0");
  }

  /** The service's configuration file. */
  String application() {
    return objects.stream()
        .map(object -> object.at("/data/application.yml"))
        .filter(JsonNode::isTextual)
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no application.yml"))
        .asText();
  }

  /** How a message calls an object. */
  static String describe(JsonNode object) {
    return object.at("/kind").asText() + " " + object.at("/metadata/name").asText();
  }
}
