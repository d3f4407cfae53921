package dev.verhulst.service.endtoend;

import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.model.ModelDirectoryWriter;
import dev.verhulst.heads.safetensors.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Heads of real data, saved in a model repository as {@code ./fit} saves them. */
record HeadFiles(Path root) {

  private static final Path REFERENCE =
      Path.of("..", "heads", "src", "test", "resources", "dev", "verhulst", "heads");

  /** What scikit-learn and SciPy made of a public data set. */
  static JsonNode reference(String name) {
    return new ObjectMapper().readTree(REFERENCE.resolve(name).toFile());
  }

  static double[] numbers(JsonNode array) {
    return array.valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }

  /** The first columns of a data set, row after row. */
  static double[][] rows(String name, int columns) {
    try {
      return Files.readAllLines(REFERENCE.resolve(name)).stream()
          .skip(1)
          .map(line -> line.split(","))
          .map(
              cells ->
                  IntStream.range(0, columns)
                      .mapToDouble(i -> Double.parseDouble(cells[i]))
                      .toArray())
          .toArray(double[][]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The logistic regression on breast cancer, its standardisation included. */
  static HeadModel breastCancer(ElementType type) {
    JsonNode reference = reference("breast_cancer.logistic.json");
    return new HeadModel(
            30,
            1,
            type,
            numbers(reference.get("coefficients")),
            new double[] {reference.get("intercept").asDouble()})
        .withStandardisation(numbers(reference.get("mean")), numbers(reference.get("scale")));
  }

  /** Ten heads, one against the rest, on pixels from 0 to 16. */
  static HeadModel digits() {
    JsonNode reference = reference("digits.heads.json");
    double[] weights =
        reference
            .get("weights")
            .valueStream()
            .flatMapToDouble(row -> row.valueStream().mapToDouble(JsonNode::asDouble))
            .toArray();
    double[] mean = new double[64];
    double[] scale = new double[64];
    Arrays.fill(scale, 16);
    return new HeadModel(64, 10, ElementType.F32, weights, numbers(reference.get("bias")))
        .withStandardisation(mean, scale);
  }

  /** Saves a head as the next version of a model. */
  Path save(String name, HeadModel head, List<String> labelNames) {
    try {
      return new ModelDirectoryWriter(root)
          .save(
              name,
              head,
              labelNames,
              IntStream.range(0, head.features()).mapToObj(i -> "x" + i).toList(),
              Map.of(),
              Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
