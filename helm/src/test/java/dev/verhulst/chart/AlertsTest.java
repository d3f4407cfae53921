package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whoever is woken by an alert finds it in the documentation. */
class AlertsTest {

  @Test
  void everyAlertIsExplained() throws IOException {
    String operations = Files.readString(Path.of("..", "docs", "operations.md"));
    List<String> explained =
        Pattern.compile("(?m)^\\| `(Verhulst\\w+)` \\|")
            .matcher(operations)
            .results()
            .map(MatchResult::group)
            .map(row -> row.replaceAll("\\W", ""))
            .toList();
    assertThat(alerts().findValuesAsText("alert")).containsExactlyElementsOf(explained);
  }

  @Test
  void everyAlertSaysWhatHappenedAndHowBadItIs() {
    for (JsonNode rule : alerts()) {
      assertThat(rule.at("/labels/severity").asText()).isIn("warning", "critical");
      assertThat(rule.at("/labels/team").asText()).isEqualTo("scores");
      assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
      assertThat(rule.at("/annotations/description").asText()).contains("docs/operations.md");
    }
  }

  /** Another release in the same Prometheus must not set off this one's alerts. */
  @Test
  void everyAlertLooksAtThisReleaseOnly() {
    for (JsonNode rule : alerts()) {
      String expression = rule.at("/expr").asText();
      long selectors = expression.chars().filter(each -> each == '{').count();
      assertThat(selectors).isPositive();
      assertThat(expression.split("\\{namespace=\"inference\", service=\"demo-verhulst\""))
          .hasSize((int) selectors + 1);
      assertThat(expression.chars().filter(each -> each == '(').count())
          .isEqualTo(expression.chars().filter(each -> each == ')').count());
    }
  }

  private static JsonNode alerts() {
    return Chart.CURRENT
        .render(Installation.EVERYTHING.yaml())
        .only("PrometheusRule")
        .at("/spec/groups/1/rules");
  }
}
