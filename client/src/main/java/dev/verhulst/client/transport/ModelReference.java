package dev.verhulst.client.transport;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model, or one version of it.
 *
 * @param name the model's name
 * @param version its version; null to let the server choose, or for all versions
 */
public record ModelReference(String name, @Nullable String version) {

  public ModelReference {
    Objects.requireNonNull(name, "name");
  }
}
