package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.LeakyRelu;
import dev.verhulst.kernels.activation.Relu;
import dev.verhulst.kernels.activation.Sigmoid;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The FP64 instructions that kernels execute, against counts that the formulas give. */
final class Fp64InstructionsTest {

  private final Fp64Instructions instructions = new Fp64Instructions(80);

  @Test
  void aComparisonIsNotCountedAndAMultiplicationIsOne() {
    assertThat(instructions.forward(new Relu())).isZero();
    assertThat(instructions.forward(new LeakyRelu(0.01))).isOne();
  }

  @Test
  void aSigmoidTakesTheSamePolynomialForEveryElement() {
    double forward = instructions.forward(new Sigmoid());
    assertThat(forward).isBetween(10.0, 40.0);
    assertThat(instructions.backward(new Sigmoid())).isGreaterThan(forward);
  }

  @ParameterizedTest
  @MethodSource("activations")
  void everyKernelCanBeCounted(ActivationDescriptor descriptor) {
    double backward = instructions.backward(descriptor.create(Map.of()));
    assertThat(backward).isBetween(0.0, 200.0);
  }

  private static Iterable<ActivationDescriptor> activations() {
    return Activations.all();
  }

  @Test
  void theLossIsCountedWithItsGradient() {
    assertThat(instructions.lossWithGradient()).isGreaterThan(instructions.forward(new Sigmoid()));
  }
}
