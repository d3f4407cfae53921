package dev.verhulst.service.model;

import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.service.batching.Batchers;
import dev.verhulst.service.batching.BatchingPolicies;
import dev.verhulst.service.batching.BatchingPolicy;
import dev.verhulst.service.batching.BatchingProperties;
import dev.verhulst.service.metrics.InferenceMetrics;
import dev.verhulst.service.metrics.ModelMetrics;
import dev.verhulst.service.repository.ModelConfiguration;
import dev.verhulst.service.repository.ModelLoadException;
import dev.verhulst.service.repository.ModelLoader;
import dev.verhulst.service.repository.ModelSource;
import dev.verhulst.service.repository.VersionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes models that can be served: the built-in ones, and those that a repository declares. */
public final class ModelFactory implements ModelLoader<ServedModel> {

  private static final String BUILT_IN_VERSION = "1";

  private final Batchers batchers;
  private final InferenceMetrics metrics;
  private final BatchingPolicies policies;

  public ModelFactory(Batchers batchers, InferenceMetrics metrics, BatchingPolicies policies) {
    this.batchers = batchers;
    this.metrics = metrics;
    this.policies = policies;
  }

  /** Every activation, under its aliases too, and the loss. */
  List<ServedModel> builtIn() {
    List<ServedModel> models = new ArrayList<>();
    for (ActivationDescriptor descriptor : Activations.all()) {
      ServedModel served =
          serve(builtIn(descriptor.name(), descriptor), null, VersionPolicy.NEWEST);
      models.add(served);
      for (String alias : descriptor.aliases()) {
        models.add(
            new ServedModel(
                builtIn(alias, descriptor),
                served.batcher(),
                served.metrics(),
                served.policy(),
                served.versions()));
      }
    }
    models.add(
        serve(
            new LossModel(BinaryCrossEntropyWithLogits.NAME, BUILT_IN_VERSION, Map.of()),
            null,
            VersionPolicy.NEWEST));
    return models;
  }

  @Override
  public ServedModel load(ModelSource source) throws ModelLoadException {
    ModelConfiguration configuration = source.configuration();
    try {
      return serve(
          model(source.name(), Long.toString(source.version()), configuration),
          configuration.batching(),
          configuration.versionPolicy());
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException("version %d: %s".formatted(source.version(), e.getMessage()), e);
    }
  }

  private static Model model(String name, String version, ModelConfiguration configuration) {
    String operator = configuration.operator();
    if (operator.equals(BinaryCrossEntropyWithLogits.NAME)) {
      return new LossModel(name, version, configuration.parameters());
    }
    Optional<ActivationDescriptor> activation = Activations.find(operator);
    if (activation.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no operator '%s'; there are %s".formatted(operator, operators()));
    }
    return new ActivationModel(name, version, name, activation.get(), configuration.parameters());
  }

  private ServedModel serve(
      Model model, @Nullable BatchingProperties batching, VersionPolicy versions) {
    BatchingPolicy policy = policies.policy(model.canonicalName(), batching);
    ModelMetrics counts = metrics.create();
    return new ServedModel(
        model, batchers.open(model.name(), policy, counts), counts, policy, versions);
  }

  private static Model builtIn(String name, ActivationDescriptor descriptor) {
    return new ActivationModel(name, BUILT_IN_VERSION, descriptor.name(), descriptor, Map.of());
  }

  private static String operators() {
    TreeSet<String> operators = new TreeSet<>();
    operators.add(BinaryCrossEntropyWithLogits.NAME);
    Activations.all().forEach(activation -> operators.add(activation.name()));
    return String.join(", ", operators);
  }
}
