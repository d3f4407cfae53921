package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/configuration.md, which the chart's settings refer to, says what the service has. */
class ConfigurationReferenceTest {

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(verhulst[^`]+)` \\| ([^|]*) \\| [^|]+ \\|$");

  @Test
  void itHasEverySettingAndNoOther() throws IOException {
    assertThat(documented().keySet()).isEqualTo(settings().keySet());
  }

  @Test
  void itGivesTheDefaults() throws IOException {
    Map<String, String> documented = documented();
    settings()
        .forEach(
            (name, schema) -> {
              if (schema.has("default") && !isSetInTheApplication(name)) {
                assertThat(documented.getOrDefault(name, "").replace("`", ""))
                    .as(name)
                    .isEqualTo(text(schema.at("/default")));
              }
            });
  }

  private static Map<String, String> documented() throws IOException {
    String text = Files.readString(Path.of("..", "docs", "configuration.md"));
    Map<String, String> defaults = new TreeMap<>();
    Matcher row = ROW.matcher(text);
    while (row.find()) {
      defaults.put(row.group(1), row.group(2));
    }
    return defaults;
  }

  /** The service's settings by their names, less those of single models. */
  private static Map<String, JsonNode> settings() {
    Map<String, JsonNode> settings = new TreeMap<>();
    collect(SettingsSchema.generate(), "verhulst", settings);
    settings.remove("verhulst.models");
    return settings;
  }

  private static void collect(JsonNode schema, String name, Map<String, JsonNode> settings) {
    if (schema.has("properties")) {
      schema
          .at("/properties")
          .properties()
          .forEach(each -> collect(each.getValue(), name + "." + each.getKey(), settings));
    } else {
      settings.put(name, schema);
    }
  }

  private static String text(JsonNode value) {
    return value.isArray()
        ? value.valueStream().map(JsonNode::asText).collect(Collectors.joining(", "))
        : value.asText();
  }

  private static boolean isSetInTheApplication(String name) {
    return ServiceDefaults.read().at("/" + name.replace('.', '/')).isValueNode();
  }
}
