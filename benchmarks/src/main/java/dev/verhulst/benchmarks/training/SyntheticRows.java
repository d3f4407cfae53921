package dev.verhulst.benchmarks.training;

import dev.verhulst.heads.training.FeatureRows;
import dev.verhulst.heads.training.TrainingExamples;
import dev.verhulst.kernels.DataType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Rows of independent normal features, whose label a logistic model gives with its probability. */
final class SyntheticRows {

  private final int rows;
  private final int features;
  private final MemorySegment x;
  private final double[] y;

  SyntheticRows(int rows, int features) {
    this.rows = rows;
    this.features = features;
    x = Arena.ofAuto().allocate(ValueLayout.JAVA_DOUBLE, (long) rows * features);
    y = new double[rows];
    SplittableRandom random = new SplittableRandom(1);
    double[] weights = random.doubles(features, -1, 1).toArray();
    for (int row = 0; row < rows; row++) {
      double logit = -0.3;
      for (int feature = 0; feature < features; feature++) {
        double value = random.nextGaussian();
        x.setAtIndex(ValueLayout.JAVA_DOUBLE, (long) row * features + feature, value);
        logit += weights[feature] * value;
      }
      y[row] = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    }
  }

  int rows() {
    return rows;
  }

  int features() {
    return features;
  }

  TrainingExamples examples() {
    return new TrainingExamples(
        FeatureRows.of(x, DataType.FP64, rows, features),
        IntStream.range(0, features).mapToObj(i -> "x" + i).toList(),
        List.of(y),
        List.of("y"));
  }

  void write(Path xFile, Path yFile) throws IOException {
    write(x, xFile);
    try (Arena arena = Arena.ofConfined()) {
      write(arena.allocateFrom(ValueLayout.JAVA_DOUBLE, y), yFile);
    }
  }

  private static void write(MemorySegment values, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var buffer = values.asByteBuffer();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }
}
