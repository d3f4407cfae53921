package dev.verhulst.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.ForkedJvm;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class TileLoopsTest {

  private static final int SHAPES =
      2 * (ProductLoop.ROWS * ProductLoop.VECTORS + DotLoop.ROWS * DotLoop.LABELS);

  /** Calls every loop until the JIT compiler takes note of it. */
  static final class EveryLoopMain {

    private static final int CALLS = 400;
    private static final int FEATURES = 17;
    private static final int VECTOR_BYTES = 64;

    public static void main(String[] arguments) {
      int rowBytes = FEATURES * DotLoop.LABELS * VECTOR_BYTES;
      try (CpuHostBuffer buffer = new CpuHostBuffer((1L + ProductLoop.ROWS) * rowBytes)) {
        buffer.segment().fill((byte) 0);
        long zeros = buffer.segment().address();
        long[] rows = new long[ProductLoop.ROWS];
        long[] sums = new long[ProductLoop.ROWS];
        Arrays.fill(rows, zeros);
        Arrays.setAll(sums, row -> zeros + (1L + row) * rowBytes);
        for (DataType dataType : List.of(DataType.FP32, DataType.FP64)) {
          for (int height = 1; height <= ProductLoop.ROWS; height++) {
            for (int vectors = 1; vectors <= ProductLoop.VECTORS; vectors++) {
              int rowCount = height;
              ProductLoop loop = TileLoops.product(height, vectors, dataType);
              repeat(() -> loop.compute(rows, 0, rowCount, 0, zeros, 0, 1, zeros, sums));
            }
          }
          for (int height = 1; height <= DotLoop.ROWS; height++) {
            for (int labels = 1; labels <= DotLoop.LABELS; labels++) {
              DotLoop loop = TileLoops.dot(height, labels, dataType);
              repeat(() -> loop.compute(rows, rows, 0, zeros, 0, FEATURES, sums[0]));
            }
          }
          repeat(
              () -> ShortDots.compute(zeros, 0, 1, FEATURES, zeros, zeros, sums[0], 0, dataType));
        }
        repeat(
            () ->
                NarrowProduct.compute(
                    zeros, 0, NarrowProduct.ROWS, FEATURES, zeros, zeros, 1, sums[0], 0));
      }
    }

    private static void repeat(Runnable call) {
      for (int i = 0; i < CALLS; i++) {
        call.run();
      }
    }
  }

  /**
   * The compiler's first tier comes in two strengths. Where it has compiled a loop in the lighter
   * one, which is what it does while the second tier has much to do, and then gives the loop up in
   * the one that takes notes for the second tier, the loop stays as it is for the life of the
   * process: hundreds of times slower.
   */
  @Test
  void areNeverGivenUpByTheFirstTierOfTheCompiler() throws Exception {
    ForkedJvm.Result result =
        new ForkedJvm(EveryLoopMain.class)
            .option("-XX:TieredStopAtLevel=3")
            .option("-XX:-BackgroundCompilation")
            .option("-XX:+PrintCompilation")
            .run();
    assertThat(result.exitCode()).as(result.errors()).isZero();
    List<String> loops =
        result
            .output()
            .lines()
            .filter(
                line ->
                    line.contains("Loop/0x")
                        || line.contains("ShortDots::inFp")
                        || line.contains("NarrowProduct::compute"))
            .toList();
    assertThat(loops).noneMatch(line -> line.contains("COMPILE SKIPPED"));
    Predicate<String> compiled =
        line -> line.contains(" 3 ") && line.contains("Loop/0x") && line.contains("::compute");
    assertThat(loops.stream().filter(compiled)).hasSize(SHAPES);
    assertThat(loops)
        .anyMatch(line -> line.contains(" 3 ") && line.contains("ShortDots::inFp32"))
        .anyMatch(line -> line.contains(" 3 ") && line.contains("ShortDots::inFp64"))
        .anyMatch(line -> line.contains(" 3 ") && line.contains("NarrowProduct::compute"));
  }
}
