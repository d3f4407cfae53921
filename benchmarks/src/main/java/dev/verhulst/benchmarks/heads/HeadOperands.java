package dev.verhulst.benchmarks.heads;

import dev.verhulst.kernels.HeadParameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;

/** A head's numbers, its rows and room for its results; the same for every contender. */
final class HeadOperands implements AutoCloseable {

  private static final int ALIGNMENT = 64;

  private final HeadShape shape;
  private final Arena arena = Arena.ofShared();
  final float[] weights;
  final float[] bias;
  final MemorySegment x;
  final MemorySegment y;

  HeadOperands(HeadShape shape) {
    this.shape = shape;
    Random random = new Random(1);
    weights = new float[shape.labels() * shape.features()];
    bias = new float[shape.labels()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextGaussian() / Math.sqrt(shape.features()));
    }
    for (int i = 0; i < bias.length; i++) {
      bias[i] = (float) random.nextGaussian();
    }
    long rows = shape.batch();
    x = arena.allocate(rows * shape.features() * Float.BYTES, ALIGNMENT);
    y = arena.allocate(rows * shape.labels() * Float.BYTES, ALIGNMENT);
    for (long i = 0; i < rows * shape.features(); i++) {
      x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
  }

  HeadShape shape() {
    return shape;
  }

  HeadParameters parameters() {
    double[] slopes = new double[shape.labels()];
    Arrays.fill(slopes, 1);
    return new HeadParameters(
        shape.labels(),
        shape.features(),
        doubles(weights),
        doubles(bias),
        slopes,
        new double[shape.labels()]);
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  /**
   * Compares the results with the definition in double.
   *
   * @throws IllegalStateException where one is wrong
   */
  void check() {
    for (int row = 0; row < shape.batch(); row += Math.max(1, shape.batch() / 7)) {
      for (int label = 0; label < shape.labels(); label++) {
        double sum = bias[label];
        for (int k = 0; k < shape.features(); k++) {
          sum +=
              (double) weights[label * shape.features() + k]
                  * x.getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * shape.features() + k);
        }
        double expected = 1 / (1 + Math.exp(-sum));
        float actual = y.getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * shape.labels() + label);
        if (!(Math.abs(actual - expected) < 1e-4)) {
          throw new IllegalStateException(
              "%s: row %d, label %d is %s, expected %s"
                  .formatted(shape.format(), row, label, actual, expected));
        }
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
