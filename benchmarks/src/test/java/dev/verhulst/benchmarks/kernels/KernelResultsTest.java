package dev.verhulst.benchmarks.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.benchmarks.contender.Operation;
import dev.verhulst.kernels.DataType;
import org.junit.jupiter.api.Test;

class KernelResultsTest {

  private static final Measurement SIGMOID =
      new Measurement(Operation.SIGMOID, DataType.FP32, 1 << 16);
  private static final Measurement COPY = new Measurement(Operation.COPY, DataType.FP32, 1 << 16);

  private final Plan plan =
      Plan.of("--operations=copy,sigmoid", "--types=FP32", "--elements=65536", "--threads=1");
  private final KernelResults results = new KernelResults();

  @Test
  void aRatioIsTakenWithinARoundAndItsMedianOverTheRounds() {
    // The machine was twice as slow in the second round, for both.
    add(SIGMOID, ContenderKind.VERHULST, 100, 200, 100);
    add(SIGMOID, ContenderKind.PYTORCH, 150, 320, 190);

    assertThat(results.ratio(SIGMOID, 1, ContenderKind.PYTORCH)).hasValue(1.6);
  }

  @Test
  void aCopyStandsBesideEveryOperationOfItsTypeAndSize() {
    add(COPY, ContenderKind.MEMORY, 6553.6);
    add(SIGMOID, ContenderKind.VERHULST, 13107.2);

    assertThat(results.table(plan))
        .isEqualTo(
            """
            | operation | type | threads | elements | Verhulst | ONNX Runtime | PyTorch | copy           |
            |-----------|------|---------|----------|----------|--------------|---------|----------------|
            | copy      | FP32 | 1       | 64 Ki    |          |              |         | 0.100          |
            | sigmoid   | FP32 | 1       | 64 Ki    | 0.200    |              |         | 0.100 (0.50 ×) |
            """);
  }

  @Test
  void aPeerThatIsFasterIsAMiss() {
    add(SIGMOID, ContenderKind.VERHULST, 100);
    add(SIGMOID, ContenderKind.PYTORCH, 300);
    add(SIGMOID, ContenderKind.ONNX_RUNTIME, 90);

    assertThat(Goals.verdict(plan, results))
        .isEqualTo(
            """
            Missed:
            - sigmoid, FP32, 65536 elements, 1 thread(s): the better peer takes 0.90 of the time
            """);
  }

  @Test
  void slowerPeersAreNone() {
    add(SIGMOID, ContenderKind.VERHULST, 100);
    add(SIGMOID, ContenderKind.PYTORCH, 300);

    assertThat(Goals.verdict(plan, results)).isEqualTo("Every row measured reaches its goal.\n");
  }

  private void add(Measurement measurement, ContenderKind contender, double... nanoseconds) {
    for (double value : nanoseconds) {
      results.add(measurement, 1, contender, value);
    }
  }
}
