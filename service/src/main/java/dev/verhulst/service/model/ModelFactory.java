package dev.verhulst.service.model;

import dev.verhulst.heads.head.LogisticHead;
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
  private final LogisticHeadLoader heads;

  public ModelFactory(
      Batchers batchers,
      InferenceMetrics metrics,
      BatchingPolicies policies,
      LogisticHeadLoader heads) {
    this.batchers = batchers;
    this.metrics = metrics;
    this.policies = policies;
    this.heads = heads;
  }

  /** Every activation, under its aliases too, and the loss. */
  List<ServedModel> builtIn() {
    List<ServedModel> models = new ArrayList<>();
    for (ActivationDescriptor descriptor : Activations.all()) {
      ServedModel served =
          serve(
              builtIn(descriptor.name(), descriptor), null, VersionPolicy.NEWEST, UseCount.NOTHING);
      models.add(served);
      for (String alias : descriptor.aliases()) {
        models.add(
            new ServedModel(
                builtIn(alias, descriptor),
                served.batcher(),
                served.metrics(),
                served.policy(),
                served.versions(),
                served.uses()));
      }
    }
    models.add(
        serve(
            new LossModel(BinaryCrossEntropyWithLogits.NAME, BUILT_IN_VERSION, Map.of()),
            null,
            VersionPolicy.NEWEST,
            UseCount.NOTHING));
    return models;
  }

  @Override
  public ServedModel load(ModelSource source) throws ModelLoadException {
    try {
      return source.configuration().operator().equals(LogisticHeadLoader.OPERATOR)
          ? serveHead(source)
          : serve(
              source,
              model(source.name(), version(source), source.configuration()),
              UseCount.NOTHING);
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException("version %d: %s".formatted(source.version(), e.getMessage()), e);
    }
  }

  @Override
  public void discard(ServedModel model) {
    model.uses().retire();
  }

  private ServedModel serveHead(ModelSource source) {
    LogisticHead head = heads.load(source);
    boolean served = false;
    try {
      List<String> labelNames = LogisticHeadLoader.labelNames(source, head);
      Model model = new LogisticHeadModel(source.name(), version(source), head, labelNames);
      ServedModel made = serve(source, model, new UseCount(head::close));
      served = true;
      return made;
    } finally {
      if (!served) {
        head.close();
      }
    }
  }

  private static String version(ModelSource source) {
    return Long.toString(source.version());
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

  private ServedModel serve(ModelSource source, Model model, UseCount uses) {
    ModelConfiguration configuration = source.configuration();
    return serve(model, configuration.batching(), configuration.versionPolicy(), uses);
  }

  private ServedModel serve(
      Model model, @Nullable BatchingProperties batching, VersionPolicy versions, UseCount uses) {
    BatchingPolicy policy =
        policies.policy(model.canonicalName(), model.oneExecutionAtATime(), batching);
    ModelMetrics counts = metrics.create();
    return new ServedModel(
        model, batchers.open(model.name(), policy, counts), counts, policy, versions, uses);
  }

  private static Model builtIn(String name, ActivationDescriptor descriptor) {
    return new ActivationModel(name, BUILT_IN_VERSION, descriptor.name(), descriptor, Map.of());
  }

  private static String operators() {
    TreeSet<String> operators = new TreeSet<>();
    operators.add(BinaryCrossEntropyWithLogits.NAME);
    operators.add(LogisticHeadLoader.OPERATOR);
    Activations.all().forEach(activation -> operators.add(activation.name()));
    return String.join(", ", operators);
  }
}
