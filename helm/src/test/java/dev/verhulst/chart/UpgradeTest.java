package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who runs an earlier chart, of those that are kept in previous/, can go over to this one. */
class UpgradeTest {

  /** What Kubernetes does not let anybody change, by kind. */
  private static final List<String> IMMUTABLE =
      List.of("Deployment /spec/selector", "Service /spec/type", "Service /spec/clusterIP");

  static List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("previous"))) {
      return files.filter(file -> file.toString().endsWith(".tgz")).sorted().toList();
    }
  }

  @Test
  void thisVersionIsNoneOfThem() throws IOException {
    String version = Chart.CURRENT.version();
    assertThat(archives())
        .isNotEmpty()
        .extracting(file -> file.getFileName().toString())
        .doesNotContain("verhulst-" + version + ".tgz");
  }

  /** With the same values, as {@code helm upgrade --values} or --reset-then-reuse-values does. */
  @ParameterizedTest
  @MethodSource("archives")
  void theSameValuesGiveTheSameObjectsAndSelectors(Path archive) {
    List<Installation> compared = new ArrayList<>();
    for (Installation installation : Installation.values()) {
      Optional<Manifest> before = renderIfKnown(new Chart(archive), installation);
      if (before.isPresent()) {
        compare(before.get(), Chart.CURRENT.render(installation.yaml()));
        compared.add(installation);
      }
    }
    assertThat(compared).hasSizeGreaterThan(5);
  }

  /** With the earlier chart's defaults and none of this one's, as --reuse-values does. */
  @ParameterizedTest
  @MethodSource("archives")
  void itDoesWithoutTheValuesThatAreNew(Path archive, @TempDir Path directory) throws IOException {
    Chart copy = Chart.CURRENT.copyTo(directory.resolve("current"));
    Files.writeString(copy.file("values.yaml"), new Helm(archive).show().values().call());
    for (JsonNode object : copy.render("").objects()) {
      assertThatCode(() -> KubernetesApi.check(object)).doesNotThrowAnyException();
    }
    compare(new Chart(archive).render(""), copy.render(""));
  }

  /** Nothing, where an earlier chart does not know one of the values. */
  private static Optional<Manifest> renderIfKnown(Chart chart, Installation installation) {
    try {
      return Optional.of(chart.render(installation.yaml()));
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("don't meet the specifications of the schema");
      return Optional.empty();
    }
  }

  private static void compare(Manifest before, Manifest after) {
    assertThat(after.objects().stream().map(Manifest::describe))
        .containsAll(before.objects().stream().map(Manifest::describe).toList());
    for (String immutable : IMMUTABLE) {
      String[] words = immutable.split(" ");
      assertThat(after.only(words[0]).at(words[1])).isEqualTo(before.only(words[0]).at(words[1]));
    }
  }
}
