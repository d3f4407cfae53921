package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Gelu;
import dev.verhulst.kernels.activation.HardSigmoid;
import dev.verhulst.kernels.activation.Logit;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KernelSignatureTest {

  @Test
  void takesTheNumbersOfTheRecordInTheirOrder() {
    assertThat(KernelSignature.of(new HardSigmoid(0.2, 0.5)))
        .isEqualTo(new KernelSignature("hard_sigmoid", "hard_sigmoid", List.of(0.2, 0.5)));
  }

  @Test
  void writesANumberThatIsNotSetAsMinusOne() {
    assertThat(KernelSignature.of(new Logit(null)).numbers()).containsExactly(-1.0);
    assertThat(KernelSignature.of(new Logit(0.1)).numbers()).containsExactly(0.1);
  }

  @Test
  void choosesAFunctionOfTheModuleByAnEnum() {
    assertThat(KernelSignature.of(new Gelu(Gelu.Approximation.NONE)))
        .isEqualTo(new KernelSignature("gelu", "gelu", List.of()));
    KernelSignature tanh = KernelSignature.of(new Gelu(Gelu.Approximation.TANH));
    assertThat(tanh).isEqualTo(new KernelSignature("gelu", "gelu_tanh", List.of()));
    assertThat(tanh.entry(Pass.BACKWARD, DataType.BF16)).isEqualTo("gelu_tanh_backward_bf16");
  }
}
