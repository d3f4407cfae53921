package dev.verhulst.service.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.heads.head.HeadFile;
import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.safetensors.ElementType;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.LeakyRelu;
import dev.verhulst.service.batching.BatchingProperties;
import dev.verhulst.service.batching.Computation;
import dev.verhulst.service.batching.ModelBatchers;
import dev.verhulst.service.batching.ModelsProperties;
import dev.verhulst.service.fakes.FakeDevice;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.ModelVersion;
import dev.verhulst.service.metrics.InferenceMetrics;
import dev.verhulst.service.repository.ModelConfiguration;
import dev.verhulst.service.repository.ModelLoadException;
import dev.verhulst.service.repository.ModelSource;
import dev.verhulst.service.repository.VersionPolicy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCatalogueTest {

  @TempDir Path directory;
  private final FakeDevice device = new FakeDevice();
  private final InferenceMetrics metrics =
      new InferenceMetrics(System::nanoTime, System::currentTimeMillis);
  private final ModelFactory factory =
      new ModelFactory(
          new ModelBatchers(new FakeDevice(), System::nanoTime),
          metrics,
          new ModelsProperties(Map.of())
              .policies(new BatchingProperties(null, null, null, null, null, null, null, null), 1),
          new LogisticHeadLoader(device, System::nanoTime));
  private final ModelCatalogue models = new ModelCatalogue(factory, metrics);

  @Test
  void offersEveryActivationByEveryNameAndTheLoss() {
    TreeSet<String> expected = new TreeSet<>();
    for (ActivationDescriptor activation : Activations.all()) {
      expected.add(activation.name());
      expected.addAll(activation.aliases());
    }
    expected.add("bce_with_logits");
    assertThat(models.all())
        .extracting(served -> served.model().name())
        .containsExactlyElementsOf(expected);
    assertThat(models.find("swish", "1").key()).isEqualTo(new ModelVersion("silu", "1"));
    assertThat(models.find("silu", null).key()).isEqualTo(new ModelVersion("silu", "1"));
  }

  @Test
  void tellsUnknownModelsFromUnknownVersions() {
    assertThatThrownBy(() -> models.find("nothing", null))
        .isInstanceOfSatisfying(
            InferenceException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNKNOWN_MODEL));
    assertThatThrownBy(() -> models.find("sigmoid", "2"))
        .isInstanceOfSatisfying(
            InferenceException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
  }

  @Test
  void plansEveryModelWithDefaultsOnly() {
    for (ServedModel served : models.all()) {
      Model model = served.model();
      List<InputTensor> inputs =
          model.inputs().stream()
              .filter(TensorSignature::required)
              .map(
                  input ->
                      new InputTensor(
                          input.name(),
                          "FP32",
                          input.name().equals("slope") ? Shape.of(3) : Shape.of(2, 3)))
              .toList();
      InferencePlan plan = model.plan(request(inputs, List.of(), Map.of()));
      assertThat(plan.batchSize()).isEqualTo(2);
      assertThat(plan.outputs()).hasSize(1);
      assertThat(plan.outputs().getFirst().name()).isEqualTo(model.outputs().getFirst().name());
      assertThat(plan.inputByteSizes().getFirst()).isEqualTo(24);
    }
  }

  @Test
  void writesTheOnlyOutputOfAnActivationOverItsInput() {
    Model model = models.find("sigmoid", null).model();
    InputTensor x = new InputTensor("x", "FP64", Shape.of(4));
    InputTensor gradY = new InputTensor("grad_y", "FP64", Shape.of(4));
    InferencePlan single =
        model.plan(request(List.of(gradY, x), List.of(output("grad_x")), Map.of()));
    assertThat(single.overwrittenInput()).isEqualTo(1);
    InferencePlan both =
        model.plan(request(List.of(gradY, x), List.of(output("y"), output("grad_x")), Map.of()));
    assertThat(both.overwrittenInput()).isEqualTo(-1);
  }

  @Test
  void asksTheDeviceForWhatWasAskedOfIt() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] memory = new MemorySegment[4];
      for (int i = 0; i < memory.length; i++) {
        memory[i] = arena.allocate(16);
      }
      InferencePlan plan =
          models
              .find("leaky_relu", null)
              .model()
              .plan(
                  request(
                      List.of(
                          new InputTensor("grad_y", "FP32", Shape.of(2, 2)),
                          new InputTensor("x", "FP32", Shape.of(2, 2))),
                      List.of(output("grad_x"), output("y")),
                      Map.of("alpha", 0.5)));
      Computation.OfActivation computation =
          (Computation.OfActivation)
              plan.computation(List.of(memory[0], memory[1]), List.of(memory[2], memory[3]));
      assertThat(computation.activation())
          .isEqualTo(Activations.find("leaky_relu").orElseThrow().create(Map.of("alpha", 0.5)));
      assertThat(computation.task().elements()).isEqualTo(4);
      assertThat(computation.task().lastDimension()).isEqualTo(2);
      assertThat(computation.task().gradY()).isSameAs(memory[0]);
      assertThat(computation.task().x()).isSameAs(memory[1]);
      assertThat(computation.task().gradX()).isSameAs(memory[2]);
      assertThat(computation.task().y()).isSameAs(memory[3]);
      assertThat(computation.task().dyDx()).isNull();
      assertThat(computation.task().slope()).isNull();
    }
  }

  @Test
  void givesALossOneElementUnlessItIsNotReduced() {
    Model model = models.find("bce_with_logits", null).model();
    List<InputTensor> inputs =
        List.of(
            new InputTensor("target", "BF16", Shape.of(5, 2)),
            new InputTensor("logits", "BF16", Shape.of(5, 2)),
            new InputTensor("pos_weight", "BF16", Shape.of(2)));
    InferencePlan mean =
        model.plan(request(inputs, List.of(output("loss"), output("grad_logits")), Map.of()));
    assertThat(mean.outputs())
        .extracting(PlannedOutput::shape)
        .containsExactly(Shape.of(1), Shape.of(5, 2));
    assertThat(mean.outputs()).extracting(PlannedOutput::byteSize).containsExactly(2L, 20L);
    InferencePlan none = model.plan(request(inputs, List.of(), Map.of("reduction", "none")));
    assertThat(none.outputs().getFirst().shape()).isEqualTo(Shape.of(5, 2));
  }

  @Test
  void aPublishedModelServesItsNewestVersionAndItsParametersYieldToTheRequests() throws Exception {
    SortedMap<Long, ServedModel> versions = new TreeMap<>();
    versions.put(9L, load("steep", 9, "leaky_relu", Map.of("alpha", 0.25)));
    versions.put(10L, load("steep", 10, "leaky_relu", Map.of("alpha", 0.5)));
    models.publish("steep", versions);

    assertThat(models.find("steep", null)).isSameAs(versions.get(10L));
    assertThat(models.find("steep", "9")).isSameAs(versions.get(9L));
    assertThat(models.findAll("steep")).containsExactlyElementsOf(versions.values());
    assertThatThrownBy(() -> models.find("steep", "1"))
        .hasMessage(
            "Request for unknown model: 'steep' version 1 is not found; its versions are 9, 10");
    assertThat(alpha(models.find("steep", null), Map.of())).isEqualTo(0.5);
    assertThat(alpha(models.find("steep", "9"), Map.of())).isEqualTo(0.25);
    assertThat(alpha(models.find("steep", "9"), Map.of("alpha", 2.0))).isEqualTo(2.0);
    assertThat(models.isBuiltIn("steep")).isFalse();
  }

  @Test
  void aWithdrawnModelIsUnknownAndAReplacedOneBeginsAnew() throws Exception {
    ServedModel first = load("m", 1, "elu", Map.of());
    models.publish("m", new TreeMap<>(Map.of(1L, first)));
    first.metrics().executed(1, 5, 1);
    ServedModel second = load("m", 1, "elu", Map.of());
    models.publish("m", new TreeMap<>(Map.of(1L, second)));
    assertThat(models.find("m", null).metrics().statistics().executionCount()).isZero();
    assertThat(metrics.executions()).isZero();

    models.withdraw("m");
    assertThatThrownBy(() -> models.find("m", null)).isInstanceOf(InferenceException.class);
  }

  @Test
  void whatAVersionHoldsIsFreedOnceItIsReplacedAndItsLastRequestIsDone() throws Exception {
    AtomicInteger freed = new AtomicInteger();
    ServedModel plain = load("m", 1, "elu", Map.of());
    ServedModel held =
        new ServedModel(
            plain.model(),
            plain.batcher(),
            plain.metrics(),
            plain.policy(),
            plain.versions(),
            new UseCount(freed::incrementAndGet));
    models.publish("m", new TreeMap<>(Map.of(1L, held)));
    ModelUse use = models.use("m", null);
    models.publish("m", new TreeMap<>(Map.of(1L, load("m", 1, "elu", Map.of()))));
    assertThat(models.use("m", "1").served()).isNotSameAs(held);
    assertThat(freed).hasValue(0);
    use.close();
    assertThat(freed).hasValue(1);
  }

  @Test
  void theEndOfTheServerFreesWhatItsModelsHold() throws Exception {
    Path version = Files.createDirectories(directory.resolve("1"));
    HeadFile.write(
        new HeadModel(3, 2, ElementType.F32, new double[6], new double[2]),
        Map.of(),
        version.resolve("model.safetensors"));
    ServedModel head = load("head", 1, "logistic_head", Map.of("label_names", List.of("a", 7)));
    assertThat(device.openHeads()).isEqualTo(1);
    models.publish("head", new TreeMap<>(Map.of(1L, head)));
    assertThatThrownBy(() -> load("head", 1, "logistic_head", Map.of("label_names", List.of("a"))))
        .hasMessage(
            "version 1: 'label_names' must be a list of 2 strings, got 1 elements, 1 of them"
                + " strings");
    assertThatThrownBy(() -> load("head", 1, "logistic_head", Map.of("alpha", 1)))
        .hasMessage(
            "version 1: unknown parameter 'alpha' for operator 'logistic_head'; it takes"
                + " feature_names, label_names, weights");
    assertThat(device.openHeads()).as("what could not be loaded is closed").isEqualTo(1);
    factory.discard(load("head", 1, "logistic_head", Map.of()));
    assertThat(device.openHeads()).isEqualTo(1);
    models.close();
    assertThat(device.openHeads()).isZero();
    assertThat(models.find("sigmoid", null).model().name()).isEqualTo("sigmoid");
  }

  @Test
  void aHeadPlansItsRowsByItsWeights() throws Exception {
    Path version = Files.createDirectories(directory.resolve("1"));
    HeadFile.write(
        new HeadModel(3, 2, ElementType.F64, new double[6], new double[2]),
        Map.of(),
        version.resolve("model.safetensors"));
    Model model = load("head", 1, "logistic_head", Map.of()).model();
    List<InputTensor> inputs = List.of(new InputTensor("x", "FP64", Shape.of(5, 3)));
    InferencePlan plan =
        model.plan(request(inputs, List.of(output("labels"), output("logits")), Map.of()));
    assertThat(plan.batchSize()).isEqualTo(5);
    assertThat(plan.inputByteSizes()).containsExactly(120L);
    assertThat(plan.outputs()).extracting(PlannedOutput::byteSize).containsExactly(10L, 80L);
    assertThat(plan.outputs())
        .extracting(PlannedOutput::datatype)
        .containsExactly(Datatype.BOOL, Datatype.FP64);
    assertThat(model.plan(request(inputs, List.of(), Map.of())).outputs())
        .extracting(PlannedOutput::name)
        .containsExactly("probabilities");
    assertThat(
            model
                .plan(
                    request(
                        List.of(new InputTensor("x", "FP64", Shape.of(0, 3))), List.of(), Map.of()))
                .outputs()
                .getFirst()
                .byteSize())
        .as("no rows are rows too")
        .isZero();
  }

  @Test
  void aLossMayHaveAReductionOfItsOwn() throws Exception {
    ServedModel total = load("total", 1, "bce_with_logits", Map.of("reduction", "none"));
    List<InputTensor> inputs =
        List.of(
            new InputTensor("target", "FP32", Shape.of(5, 2)),
            new InputTensor("logits", "FP32", Shape.of(5, 2)));
    assertThat(total.model().plan(request(inputs, List.of(), Map.of())).outputs().getFirst())
        .extracting(PlannedOutput::shape)
        .isEqualTo(Shape.of(5, 2));
    assertThat(
            total
                .model()
                .plan(request(inputs, List.of(), Map.of("reduction", "sum")))
                .outputs()
                .getFirst()
                .shape())
        .isEqualTo(Shape.of(1));
  }

  @Test
  void whatAnOperatorDoesNotTakeIsAnErrorThatSaysSo() {
    assertThatThrownBy(() -> load("m", 2, "sigmod", Map.of()))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageStartingWith("version 2: there is no operator 'sigmod'; there are algebraic,");
    assertThatThrownBy(() -> load("m", 2, "elu", Map.of("beta", 1)))
        .hasMessage("version 2: unknown parameter 'beta' for model 'elu'; it takes alpha");
    assertThatThrownBy(() -> load("m", 2, "elu", Map.of("alpha", "steep")))
        .hasMessageContaining("must be a finite number, got 'steep'");
    assertThatThrownBy(() -> load("m", 2, "bce_with_logits", Map.of("reduction", "most")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("most");
  }

  private ServedModel load(
      String name, long version, String operator, Map<String, Object> parameters)
      throws ModelLoadException {
    return factory.load(
        new ModelSource(
            name,
            version,
            new ModelConfiguration(operator, parameters, VersionPolicy.NEWEST, null),
            directory.resolve(Long.toString(version))));
  }

  private static Object alpha(ServedModel served, Map<String, Object> parameters) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(16);
      InferencePlan plan =
          served
              .model()
              .plan(
                  request(
                      List.of(new InputTensor("x", "FP32", Shape.of(4))), List.of(), parameters));
      Computation.OfActivation computation =
          (Computation.OfActivation) plan.computation(List.of(memory), List.of(memory));
      return ((LeakyRelu) computation.activation()).alpha();
    }
  }

  private static RequestedOutput output(String name) {
    return new RequestedOutput(name, true);
  }

  private static InferenceRequest request(
      List<InputTensor> inputs, List<RequestedOutput> outputs, Map<String, Object> parameters) {
    return new InferenceRequest(null, inputs, outputs, true, parameters, 0, Duration.ZERO);
  }
}
