package dev.verhulst.chart;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A chart, as Helm sees it.
 *
 * @param directory the chart's directory or archive
 */
record Chart(Path directory) {

  static final String RELEASE = "demo";
  static final String NAMESPACE = "inference";

  /** The chart of this project. */
  static final Chart CURRENT = new Chart(Path.of("verhulst"));

  private static final String KUBERNETES = "1.33.0";

  Path file(String name) {
    return directory.resolve(name);
  }

  /** The chart's own version. */
  String version() {
    try {
      return Manifest.parse(Files.readString(file("Chart.yaml")))
          .objects()
          .getFirst()
          .at("/version")
          .asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What an installation creates, in the order of the templates; the hooks, such as the pod of
   * {@code helm test}, are left out.
   *
   * @param values as YAML
   */
  Manifest render(String values) {
    return withFile(
        values,
        file ->
            Manifest.parse(
                new Helm(directory)
                    .template()
                    .withName(RELEASE)
                    .withNamespace(NAMESPACE)
                    .withKubeVersion(KUBERNETES)
                    .withValuesFile(file)
                    .call()));
  }

  /** What an installation with these values prints. */
  String notes(String values) {
    return withFile(
        values,
        file ->
            new Helm(directory)
                .install()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeVersion(KUBERNETES)
                .clientOnly()
                .withDryRunOption(DryRun.CLIENT)
                .withValuesFile(file)
                .call()
                .getOutput());
  }

  /** What Helm finds fault with. */
  List<String> lint() {
    return new Helm(directory).lint().strict().call().getMessages();
  }

  /**
   * A copy of the chart to be changed.
   *
   * @param target where to; it must not be there yet
   */
  Chart copyTo(Path target) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(directory.relativize(file).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Chart(target);
  }

  private static <T> T withFile(String values, java.util.function.Function<Path, T> use) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        return use.apply(Files.writeString(file, values));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
