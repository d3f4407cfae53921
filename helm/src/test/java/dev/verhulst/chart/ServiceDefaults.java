package dev.verhulst.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The configuration file within the service. */
final class ServiceDefaults {

  private ServiceDefaults() {}

  static JsonNode read() {
    try (InputStream in =
        Objects.requireNonNull(ServiceDefaults.class.getResourceAsStream("/application.yml"))) {
      return Manifest.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .objects()
          .getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
