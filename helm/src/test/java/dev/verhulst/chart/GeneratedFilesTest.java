package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The parts of the chart that are made from others: the README's table from the comments of the
 * values, and the schema of the settings from the service.
 */
class GeneratedFilesTest {

  private static final String COMMAND =
      "mvn -pl helm -am test -Dtest=GeneratedFilesTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dchart=apply";
  private static final String START = "<!-- values -->";
  private static final String END = "<!-- end of values -->";

  @Test
  void theReadmeShowsTheValues() throws IOException {
    ValuesTable table = new ValuesTable(Files.readString(Chart.CURRENT.file("values.yaml")));
    assertThat(table.undescribed()).as("values without a comment that begins with '--'").isEmpty();
    Path file = Chart.CURRENT.file("README.md");
    String readme = Files.readString(file);
    String before = readme.substring(0, readme.indexOf(START) + START.length());
    String after = readme.substring(readme.indexOf(END));
    expect(file, before + "\n\n" + table.markdown() + "\n\n" + after);
  }

  @Test
  void theReadmeSaysHow() throws IOException {
    assertThat(Files.readString(Chart.CURRENT.file("README.md"))).contains(COMMAND);
  }

  @Test
  void theSchemaKnowsTheSettingsOfTheService() throws IOException {
    Path file = Chart.CURRENT.file("values.schema.json");
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode schema = (ObjectNode) mapper.readTree(file.toFile());
    ObjectNode definitions = (ObjectNode) schema.get("definitions");
    ObjectNode settings =
        mapper.createObjectNode().put("$comment", "Generated from the service's settings.");
    settings.setAll((ObjectNode) SettingsSchema.generate());
    definitions.set("settings", settings);
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
            .withArrayIndenter(new DefaultIndenter("  ", "\n"))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"));
    expect(file, mapper.writer(printer).writeValueAsString(schema) + "\n");
  }

  private static void expect(Path file, String content) throws IOException {
    if ("apply".equals(System.getProperty("chart"))) {
      Files.writeString(file, content);
    }
    assertThat(Files.readString(file))
        .as("%s is out of date; write it anew with `%s`", file, COMMAND)
        .isEqualTo(content);
  }
}
