package dev.verhulst.service.inference;

import java.util.Comparator;

/**
 * What a queue, metrics and statistics belong to: one version of a model.
 *
 * @param model the model's name; for an alias, that of the function itself
 * @param version the version's number, as the protocol writes it
 */
public record ModelVersion(String model, String version) implements Comparable<ModelVersion> {

  private static final Comparator<ModelVersion> ORDER =
      Comparator.comparing(ModelVersion::model)
          .thenComparing(each -> each.version.length())
          .thenComparing(ModelVersion::version);

  /** By the model's name, then by the version's number. */
  @Override
  public int compareTo(ModelVersion other) {
    return ORDER.compare(this, other);
  }
}
