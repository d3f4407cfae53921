package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A JSON object of an answer, with the bare NaN and Infinity that the protocol's servers write. */
record JsonBody(JsonNode node) {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  static JsonBody of(String text) {
    return new JsonBody(MAPPER.readTree(text));
  }

  TreeSet<String> keys() {
    return new TreeSet<>(node.propertyNames());
  }

  JsonBody get(String key) {
    assertThat(node.has(key)).as("%s in %s", key, node).isTrue();
    return new JsonBody(node.get(key));
  }

  JsonBody get(int index) {
    return new JsonBody(node.get(index));
  }

  /** The text of the only key there is. */
  String singleText(String key) {
    assertThat(keys()).containsExactly(key);
    return text(key);
  }

  String text(String key) {
    JsonNode value = get(key).node();
    assertThat(value.isString()).as("%s in %s is a string", key, node).isTrue();
    return value.stringValue();
  }

  List<Double> doubles(String key) {
    List<Double> doubles = new ArrayList<>();
    for (JsonNode element : get(key).node()) {
      assertThat(element.isNumber()).as("%s is a number, and not nested", element).isTrue();
      doubles.add(element.doubleValue());
    }
    return doubles;
  }

  @Override
  public String toString() {
    return node.toString();
  }
}
