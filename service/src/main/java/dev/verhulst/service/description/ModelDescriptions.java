package dev.verhulst.service.description;

import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.service.batching.Batchers;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.metrics.InferenceMetrics;
import dev.verhulst.service.metrics.ModelStatistics;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.ModelCatalogue;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What there is to say of the models: which there are, how they are configured, what they did. */
public final class ModelDescriptions {

  private final ModelCatalogue models;
  private final Batchers batchers;
  private final InferenceMetrics metrics;
  private final Supplier<DeviceKind> deviceKind;

  /** What a model has done. */
  public record NamedStatistics(String name, ModelStatistics statistics) {}

  /**
   * A line of the repository's index.
   *
   * @param state READY: a function has nothing to load
   * @param reason why it is in that state; empty where there is nothing to say
   */
  public record IndexEntry(String name, String version, String state, String reason) {}

  /**
   * @param deviceKind what the models compute on at present
   */
  public ModelDescriptions(
      ModelCatalogue models,
      Batchers batchers,
      InferenceMetrics metrics,
      Supplier<DeviceKind> deviceKind) {
    this.models = models;
    this.batchers = batchers;
    this.metrics = metrics;
    this.deviceKind = deviceKind;
  }

  /**
   * The model of that name.
   *
   * @param version the version asked for, or null for any
   * @throws dev.verhulst.service.inference.InferenceException of kind UNKNOWN_MODEL or NOT_FOUND
   */
  public Model find(String name, @Nullable String version) {
    return models.find(name, version);
  }

  /** How a model is configured. */
  public ModelConfiguration configuration(String name, @Nullable String version) {
    Model model = find(name, version);
    boolean onGpu =
        switch (deviceKind.get()) {
          case CPU -> false;
          case CUDA -> true;
        };
    return ModelConfiguration.of(model, batchers.policy(model.canonicalName()), onGpu);
  }

  /** What a model has done; under an alias, what was asked of the function by any of its names. */
  public NamedStatistics statistics(String name, @Nullable String version) {
    return statistics(find(name, version));
  }

  /** What every model has done: each function once, by its own name, so that sums come out. */
  public List<NamedStatistics> statistics() {
    return models.all().stream()
        .filter(model -> model.name().equals(model.canonicalName()))
        .map(this::statistics)
        .toList();
  }

  /** Every model, under its aliases too. */
  public List<IndexEntry> index() {
    return models.all().stream()
        .map(model -> new IndexEntry(model.name(), Model.VERSION, "READY", ""))
        .toList();
  }

  /** The error for a repository that has a name. */
  public InferenceException namedRepository() {
    return new InferenceException(
        ErrorKind.UNSUPPORTED, "this server has one repository, which has no name: leave it out");
  }

  /**
   * The error for loading or unloading a model.
   *
   * @throws InferenceException of kind UNKNOWN_MODEL where there is no such model
   */
  public InferenceException notLoadable(String name) {
    return new InferenceException(
        ErrorKind.UNSUPPORTED,
        "model '%s' is built in: it is always ready, and can be neither loaded nor unloaded"
            .formatted(find(name, null).name()));
  }

  private NamedStatistics statistics(Model model) {
    return new NamedStatistics(model.name(), metrics.model(model.canonicalName()).statistics());
  }
}
