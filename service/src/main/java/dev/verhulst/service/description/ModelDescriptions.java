package dev.verhulst.service.description;

import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.metrics.ModelStatistics;
import dev.verhulst.service.model.ModelCatalogue;
import dev.verhulst.service.model.ModelUse;
import dev.verhulst.service.model.ServedModel;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What there is to say of the models: which there are, how they are configured, what they did. */
public final class ModelDescriptions {

  private final ModelCatalogue models;
  private final Supplier<DeviceKind> deviceKind;

  /** What a version of a model has done. */
  public record NamedStatistics(String name, String version, ModelStatistics statistics) {}

  /**
   * @param deviceKind what the models compute on at present
   */
  public ModelDescriptions(ModelCatalogue models, Supplier<DeviceKind> deviceKind) {
    this.models = models;
    this.deviceKind = deviceKind;
  }

  /**
   * The model of that name.
   *
   * @param version the version asked for, or null for the newest
   * @throws InferenceException of kind UNKNOWN_MODEL or NOT_FOUND
   */
  public ServedModel find(String name, @Nullable String version) {
    return models.find(name, version);
  }

  /**
   * The model of that name for a request.
   *
   * @param version the version asked for, or null for the newest
   * @throws InferenceException of kind UNKNOWN_MODEL or NOT_FOUND
   */
  public ModelUse use(String name, @Nullable String version) {
    return models.use(name, version);
  }

  /**
   * The versions of a model that are served, oldest first.
   *
   * @throws InferenceException of kind UNKNOWN_MODEL
   */
  public List<String> versions(String name) {
    return models.findAll(name).stream().map(each -> each.model().version()).toList();
  }

  /** How a model is configured. */
  public ModelConfiguration configuration(String name, @Nullable String version) {
    boolean onGpu =
        switch (deviceKind.get()) {
          case CPU -> false;
          case CUDA -> true;
        };
    return ModelConfiguration.of(find(name, version), onGpu);
  }

  /**
   * What a model has done, by version; under an alias, what was asked of the function by any of its
   * names.
   *
   * @param version the version asked for, or null for all
   */
  public List<NamedStatistics> statistics(String name, @Nullable String version) {
    List<ServedModel> versions =
        version == null ? models.findAll(name) : List.of(models.find(name, version));
    return versions.stream().map(ModelDescriptions::statistics).toList();
  }

  /** What every model has done: each function once, by its own name, so that sums come out. */
  public List<NamedStatistics> statistics() {
    return models.all().stream()
        .filter(model -> !model.isAlias())
        .map(ModelDescriptions::statistics)
        .toList();
  }

  private static NamedStatistics statistics(ServedModel served) {
    return new NamedStatistics(
        served.model().name(), served.model().version(), served.metrics().statistics());
  }
}
