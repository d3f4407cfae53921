package dev.verhulst.service.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.service.batching.Computation;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ModelCatalogueTest {

  private final ModelCatalogue models = new ModelCatalogue();

  @Test
  void offersEveryActivationByEveryNameAndTheLoss() {
    TreeSet<String> expected = new TreeSet<>();
    for (ActivationDescriptor activation : Activations.all()) {
      expected.add(activation.name());
      expected.addAll(activation.aliases());
    }
    expected.add("bce_with_logits");
    assertThat(models.all()).extracting(Model::name).containsExactlyElementsOf(expected);
    assertThat(models.find("swish", "1").canonicalName()).isEqualTo("silu");
    assertThat(models.find("silu", null).canonicalName()).isEqualTo("silu");
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
    for (Model model : models.all()) {
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
    Model model = models.find("sigmoid", null);
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
    Model model = models.find("bce_with_logits", null);
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

  private static RequestedOutput output(String name) {
    return new RequestedOutput(name, true);
  }

  private static InferenceRequest request(
      List<InputTensor> inputs, List<RequestedOutput> outputs, Map<String, Object> parameters) {
    return new InferenceRequest(null, inputs, outputs, true, parameters, 0, Duration.ZERO);
  }
}
