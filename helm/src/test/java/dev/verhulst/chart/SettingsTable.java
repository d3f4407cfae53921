package dev.verhulst.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of the service's settings below {@code verhulst}, from the configuration metadata that
 * Spring Boot's annotation processor writes: the descriptions are the Javadoc of the records'
 * components. A description that ends with "(default: ...)" says what holds where nothing is set,
 * if that is not a plain value.
 */
final class SettingsTable {

  private static final String METADATA = "META-INF/spring-configuration-metadata.json";
  private static final Pattern DEFAULT = Pattern.compile("(.*\\S) \\(default: (.+)\\)");

  /** The settings of single models, which are those of batching once more. */
  private static final String MODELS = "verhulst.models";

  private final TreeMap<String, String> rows = new TreeMap<>();
  private final List<String> undescribed = new ArrayList<>();

  SettingsTable() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    for (URL each : Collections.list(getClass().getClassLoader().getResources(METADATA))) {
      for (JsonNode property : mapper.readTree(each).at("/properties")) {
        String name = property.at("/name").asText();
        if (name.startsWith("verhulst.") && !name.equals(MODELS)) {
          add(name, property);
        }
      }
    }
  }

  /** The table, in Markdown. */
  String markdown() {
    return "| property | default | what it does |\n|---|---|---|\n"
        + String.join("\n", rows.values());
  }

  /** The settings that have no description. */
  List<String> undescribed() {
    return undescribed;
  }

  private void add(String name, JsonNode property) {
    String description = property.at("/description").asText();
    String fallback = defaultOf(property);
    if (description.isBlank()) {
      undescribed.add(name);
    }
    String text = markdown(description);
    Matcher prose = DEFAULT.matcher(text);
    if (prose.matches()) {
      text = prose.group(1);
      fallback = prose.group(2);
    }
    rows.put(name, "| `%s` | %s | %s |".formatted(name, fallback, text));
  }

  private static String defaultOf(JsonNode property) {
    JsonNode value = property.path("defaultValue");
    if (value.isMissingNode()) {
      return "none";
    }
    boolean isWord =
        switch (property.at("/type").asText()) {
          case "java.lang.String", "java.nio.file.Path" -> true;
          case String type -> type.startsWith("dev.verhulst.");
        };
    // A list is written in brackets.
    String text = value.asText().replaceAll("^\\[|]$", "");
    return isWord ? "`" + text + "`" : text;
  }

  private static String markdown(String javadoc) {
    return javadoc
        .replaceAll("\\s+", " ")
        .replaceAll("\\{@code ([^}]*)}", "`$1`")
        .replaceAll("docs/(\\S+\\.md)", "[$1]($1)")
        .replace("|", "\\|");
  }
}
