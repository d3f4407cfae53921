package dev.verhulst.heads;

import dev.verhulst.heads.data.CsvTableReader;
import dev.verhulst.heads.data.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Public data sets, with what scikit-learn and statsmodels make of them. */
public final class Reference {

  private Reference() {}

  public static Table table(String name) {
    try {
      return CsvTableReader.read(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode json(String name) {
    return new ObjectMapper().readTree(path(name).toFile());
  }

  public static double[] numbers(JsonNode array) {
    return array.valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }

  public static Path path(String name) {
    try {
      return Path.of(Objects.requireNonNull(Reference.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
