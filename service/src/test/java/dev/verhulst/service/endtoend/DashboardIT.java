package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.service.metrics.Metric;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The Grafana dashboard asks for metrics that there are, by labels that they have. */
@ExtendWith(SharedService.class)
class DashboardIT {

  private static final Path FILE = Path.of("..", "docs", "grafana", "verhulst.json");

  private static final JsonNode DASHBOARD = JsonMapper.shared().readTree(FILE.toFile());

  /** A metric's name, with its labels behind it. */
  private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\{([^}]*)}");

  private static final Pattern WORD = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  /** What an expression may hold beside selectors: PromQL's own words, and labels to sum by. */
  private static final Set<String> WORDS =
      Set.of(
          "sum",
          "count",
          "by",
          "rate",
          "increase",
          "histogram_quantile",
          "le",
          "model",
          "protocol",
          "reason",
          "phase",
          "kind");

  /** Metrics that are there on a machine with a GPU only. */
  private static final String OF_GPUS = "nv_(gpu_.*|energy_consumption)|verhulst_device_gpu_.*";

  private static Metrics scraped;

  @BeforeAll
  static void useEverything(ServiceProcess service, VerhulstClient client) {
    client.sigmoid(new float[] {0});
    scraped = service.metrics();
  }

  @Test
  void everyMetricIsOneOfTheServices() {
    Set<String> names =
        expressions().flatMap(DashboardIT::selectors).map(each -> each.group(1)).collect(set());
    assertThat(names).hasSizeGreaterThan(20);

    Set<String> own =
        Arrays.stream(Metric.values())
            .map(Metric::exposed)
            .flatMap(
                name -> Stream.of("", "_bucket", "_sum", "_count").map(suffix -> name + suffix))
            .collect(set());
    assertThat(names)
        .filteredOn(name -> name.matches("(nv|verhulst)_.*"))
        .allSatisfy(name -> assertThat(own).contains(name));
    assertThat(names)
        .filteredOn(name -> !name.matches(OF_GPUS))
        .allSatisfy(name -> assertThat(scraped.has(name)).as(name).isTrue());
  }

  @Test
  void everyMetricOfGpusIsShown() {
    Set<String> shown =
        expressions().flatMap(DashboardIT::selectors).map(each -> each.group(1)).collect(set());
    assertThat(Arrays.stream(Metric.values()).map(Metric::exposed))
        .filteredOn(name -> name.matches(OF_GPUS) || name.equals(Metric.DEVICE_DEGRADED.exposed()))
        .hasSize(11)
        .allSatisfy(name -> assertThat(shown).contains(name));
  }

  @Test
  void everyLabelIsOneOfItsMetric() {
    for (MatchResult selector : expressions().flatMap(DashboardIT::selectors).toList()) {
      if (selector.group(1).matches(OF_GPUS)) {
        continue;
      }
      String labels =
          scraped.samples().keySet().stream()
              .filter(sample -> sample.matches(Pattern.quote(selector.group(1)) + "(\\{.*)?"))
              .collect(Collectors.joining());
      for (String label : selector.group(2).split(",")) {
        String name = label.substring(0, label.indexOf('=')).replace("~", "");
        // Prometheus gives every metric the one of the instance that it comes from.
        if (!name.equals("instance")) {
          assertThat(labels).as(selector.group()).contains(name + "=\"");
        }
      }
    }
  }

  @Test
  void nothingElseIsAskedFor() {
    assertThat(expressions())
        .isNotEmpty()
        .allSatisfy(
            expression -> {
              String rest =
                  SELECTOR
                      .matcher(expression)
                      .replaceAll(" ")
                      .replaceAll("\\[[^]]*]", " ")
                      .replaceAll("[0-9.]+", " ");
              assertThat(WORD.matcher(rest).results().map(MatchResult::group))
                  .as(expression)
                  .allSatisfy(word -> assertThat(WORDS).contains(word));
            });
  }

  @Test
  void everyPanelHasItsPlaceAndSaysWhatItShows() {
    List<JsonNode> panels =
        panels().filter(panel -> !panel.at("/type").asString().equals("row")).toList();
    assertThat(panels).hasSizeGreaterThan(15);
    for (JsonNode panel : panels) {
      assertThat(panel.at("/title").asString()).isNotBlank();
      assertThat(panel.at("/description").asString())
          .as(panel.at("/title").asString())
          .isNotBlank();
      assertThat(panel.at("/gridPos/x").asInt() + panel.at("/gridPos/w").asInt())
          .isLessThanOrEqualTo(24);
    }
    assertThat(panels().map(panel -> panel.at("/id").asInt())).doesNotHaveDuplicates();
  }

  private static Stream<JsonNode> panels() {
    return DASHBOARD.at("/panels").valueStream();
  }

  private static Stream<String> expressions() {
    return Stream.concat(
        panels()
            .flatMap(panel -> panel.at("/targets").valueStream())
            .map(target -> target.at("/expr").asString()),
        DASHBOARD
            .at("/templating/list")
            .valueStream()
            .filter(variable -> variable.at("/type").asString().equals("query"))
            .map(variable -> variable.at("/query/query").asString())
            .map(query -> query.replaceFirst("label_values\\((\\w+), (\\w+)\\)", "$1{$2=\"\"}")));
  }

  private static Stream<MatchResult> selectors(String expression) {
    return SELECTOR.matcher(expression).results();
  }

  private static Collector<String, ?, Set<String>> set() {
    return Collectors.toCollection(TreeSet::new);
  }
}
