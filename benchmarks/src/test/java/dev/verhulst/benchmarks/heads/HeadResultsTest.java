package dev.verhulst.benchmarks.heads;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeadResultsTest {

  private static final HeadShape SHAPE = new HeadShape(30, 10, 32);

  private final HeadResults results = new HeadResults();
  private final HeadPlan plan =
      HeadPlan.of(
          "--features=30", "--labels=10", "--batches=32", "--contenders=VERHULST,ONNX_RUNTIME");

  @Test
  void aRowTellsTheMedianOfTheTurnsRatios() {
    add(1000, 2000);
    add(2000, 5000);
    add(4000, 4000);

    assertThat(results.table(plan)).contains("| 2.00     | 4.00 (2.00 ×) |");
    assertThat(results.verdict(plan)).isEqualTo("Ahead of ONNX Runtime at every point.\n");
    assertThat(results.isClose(SHAPE)).isFalse();
  }

  @Test
  void aRowIsCloseWhereverEitherMayBeAhead() {
    assertThat(results.isClose(SHAPE)).as("nothing measured").isFalse();
    add(1000, 900);

    assertThat(results.isClose(SHAPE)).isTrue();
    assertThat(results.verdict(plan))
        .isEqualTo(
            """
            Missed:
            - 30 features, 10 labels, batch 32: ONNX Runtime takes 0.90 of the time
            """);
    add(1000, 1100);
    add(1000, 1200);
    assertThat(results.isClose(SHAPE)).isTrue();
    add(1000, 1200);
    add(1000, 1200);
    assertThat(results.isClose(SHAPE)).isFalse();
  }

  private void add(double verhulst, double onnxRuntime) {
    results.add(SHAPE, HeadContender.VERHULST, verhulst);
    results.add(SHAPE, HeadContender.ONNX_RUNTIME, onnxRuntime);
  }
}
