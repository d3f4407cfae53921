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
 * What is made from other files: the table of the chart's README from the comments of the values,
 * the schema of the settings and the table of docs/configuration.md from the service.
 */
class GeneratedFilesTest {

  private static final String COMMAND =
      "mvn -pl helm -am test -Dtest=GeneratedFilesTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dchart=apply";
  private static final Path REFERENCE = Path.of("..", "docs", "configuration.md");

  @Test
  void theReadmeShowsTheValues() throws IOException {
    ValuesTable table = new ValuesTable(Files.readString(Chart.CURRENT.file("values.yaml")));
    assertThat(table.undescribed()).as("values without a comment that begins with '--'").isEmpty();
    expectBetween("values", Chart.CURRENT.file("README.md"), table.markdown());
  }

  @Test
  void theReferenceShowsTheSettings() throws IOException {
    SettingsTable table = new SettingsTable();
    assertThat(table.undescribed())
        .as("settings without a description: write it as the @param of the record's component")
        .isEmpty();
    expectBetween("settings", REFERENCE, table.markdown());
  }

  @Test
  void theDocumentsSayHow() throws IOException {
    assertThat(Files.readString(Chart.CURRENT.file("README.md"))).contains(COMMAND);
    assertThat(Files.readString(Path.of("..", "CONTRIBUTING.md"))).contains(COMMAND);
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

  /** What stands between two comments in a file of Markdown. */
  private static void expectBetween(String name, Path file, String table) throws IOException {
    String text = Files.readString(file);
    String start = "<!-- " + name + " -->";
    String before = text.substring(0, text.indexOf(start) + start.length());
    String after = text.substring(text.indexOf("<!-- end of " + name + " -->"));
    expect(file, before + "\n\n" + table + "\n\n" + after);
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
