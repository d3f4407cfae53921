package dev.verhulst.benchmarks.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VerifyPlanTest {

  private static final List<String> STEPS =
      List.of(
          "accuracy",
          "every FP32 input",
          "determinism",
          "concurrency",
          "out of memory",
          "lost device",
          "compute-sanitizer",
          "kernels",
          "PyTorch",
          "path",
          "service");

  @Test
  void aFullRunIsGivenLessThanEightMinutesAndAQuickOneLessThanThree() {
    assertThat(total(plan())).isLessThan(Duration.ofSeconds(460));
    assertThat(total(plan("--quick"))).isLessThan(Duration.ofMinutes(3));
  }

  @Test
  void aFullRunTakesEveryInputAndLargeTensors() {
    VerifyPlan plan = plan();
    assertThat((long) plan.chunks() * plan.chunkElements()).isEqualTo(VerifyPlan.ALL_INPUTS);
    assertThat(plan.kernelBytes()).isEqualTo(256L << 20);
    assertThat(STEPS).allMatch(plan::takes);
  }

  @Test
  void takesTheStepsThatAreAskedFor() {
    VerifyPlan plan = plan("--steps=accuracy,every FP32 input");
    assertThat(STEPS).filteredOn(plan::takes).containsExactly("accuracy", "every FP32 input");
  }

  @Test
  void namesTheArgumentsThatThereAre() {
    assertThatThrownBy(() -> plan("--fast"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no argument '--fast'")
        .hasMessageContaining("--budget-percent=100");
  }

  private static VerifyPlan plan(String... words) {
    return VerifyPlan.of(VerifyPlan.arguments(words));
  }

  private static Duration total(VerifyPlan plan) {
    return STEPS.stream().map(plan::budget).reduce(Duration.ZERO, Duration::plus);
  }
}
