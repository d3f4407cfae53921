package dev.verhulst.benchmarks.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.benchmarks.contender.Operation;
import dev.verhulst.kernels.DataType;
import org.junit.jupiter.api.Test;

class PlanTest {

  @Test
  void withoutArgumentsEverythingIsMeasured() {
    Plan plan = Plan.of();

    assertThat(plan.threads()).containsExactly(1, 2);
    assertThat(plan.measurements()).extracting(Measurement::operation).contains(Operation.values());
    assertThat(plan.measurements())
        .contains(
            new Measurement(Operation.SIGMOID, DataType.BF16, 1 << 26),
            new Measurement(Operation.CROSS_ENTROPY_AND_GRADIENT, DataType.FP32, 1 << 10));
  }

  @Test
  void argumentsNarrowIt() {
    Plan plan =
        Plan.of("--operations=log-sigmoid", "--types=FP32,FP16", "--elements=5", "--rounds=7");

    assertThat(plan.rounds()).isEqualTo(7);
    assertThat(plan.measurements())
        .containsExactly(
            new Measurement(Operation.LOG_SIGMOID, DataType.FP32, 5),
            new Measurement(Operation.LOG_SIGMOID, DataType.FP16, 5));
  }

  @Test
  void aQuickPlanStillTakesOtherArguments() {
    Plan plan = Plan.of("--quick", "--threads=2");

    assertThat(plan.rounds()).isEqualTo(1);
    assertThat(plan.threads()).containsExactly(2);
  }

  @Test
  void anUnknownArgumentNamesThoseThereAre() {
    assertThatThrownBy(() -> Plan.of("--size=3"))
        .hasMessageContaining("there is no argument '--size=3'")
        .hasMessageContaining("--elements=1024,");
  }

  @Test
  void anUnknownOperationNamesThoseThereAre() {
    assertThatThrownBy(() -> Plan.of("--operations=tanh"))
        .hasMessageContaining("there is no operation 'tanh'")
        .hasMessageContaining("log-sigmoid");
  }

  @Test
  void aWordThatIsNoNumberIsNamed() {
    assertThatThrownBy(() -> Plan.of("--elements=many"))
        .hasMessage("--elements takes whole numbers, got 'many'");
  }
}
