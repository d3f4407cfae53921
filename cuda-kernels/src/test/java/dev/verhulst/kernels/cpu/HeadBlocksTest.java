package dev.verhulst.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HeadChecks;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadBlocksTest {

  private static final int THREADS = 2;
  private static final long LONG_NANOSECONDS = 10_000_000;

  @ParameterizedTest
  @CsvSource({
    "3, 40, 5000",
    "10, 30, 1025",
    "10, 300, 1000",
    "70, 30, 1",
    "70, 30, 1000",
    "1000, 784, 32",
    "1000, 4096, 1",
    "1000, 784, 1023",
    "100, 3000, 700",
    "70, 40, 0"
  })
  void coverEveryRowAndLabelOnce(int labels, int features, int rows) {
    try (PackedWeights weights = weights(labels, features)) {
      HeadBlocks blocks = new HeadBlocks(weights, rows, THREADS, LONG_NANOSECONDS);
      int[][] seen = new int[rows][labels];
      for (long block = 0; block < blocks.count(); block++) {
        for (int i = 0; i < blocks.rows(block); i++) {
          for (int j = 0; j < blocks.labels(block); j++) {
            seen[(int) blocks.firstRow(block) + i][blocks.firstLabel(block) + j]++;
          }
        }
      }
      for (int[] row : seen) {
        assertThat(row).containsOnly(1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 4096, 1",
    "1000, 4096, 32",
    "1000, 784, 32",
    "1000, 784, 1024",
    "1000, 30, 1024"
  })
  void giveEachThreadAsMuchToDo(int labels, int features, int rows) {
    try (PackedWeights weights = weights(labels, features)) {
      HeadBlocks blocks = new HeadBlocks(weights, rows, THREADS, LONG_NANOSECONDS);
      assertThat(blocks.count() % THREADS).isZero();
      double first = 0;
      for (long block = 0; block < blocks.count() / THREADS; block++) {
        first += (double) blocks.rows(block) * blocks.labels(block);
      }
      assertThat(first / ((double) rows * labels)).isBetween(0.48, 0.52);
    }
  }

  @ParameterizedTest
  @CsvSource({"70, 40, 100", "1000, 30, 1"})
  void areOneWhereThereIsLittleToDo(int labels, int features, int rows) {
    try (PackedWeights weights = weights(labels, features)) {
      assertThat(new HeadBlocks(weights, rows, THREADS, 5_000).count()).isEqualTo(1);
    }
  }

  private static PackedWeights weights(int labels, int features) {
    return new PackedWeights(HeadChecks.parameters(labels, features, false), DataType.FP32);
  }
}
