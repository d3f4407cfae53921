package dev.verhulst.heads.training;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objective of one label, Σ weight · loss + |w|² / (2 c), with its gradient and its Hessian:
 * one pass over the tiles for all three. Logits, losses and what the sums are made of never leave
 * the cache. Tiles are dealt out in a fixed number of parts, whose sums are added up in order: the
 * same examples give the same bits every time, whatever the number of threads.
 */
final class Objective implements AutoCloseable {

  /** How many parts the tiles are dealt out in at most. */
  static final int PARTS = 16;

  private static final BinaryCrossEntropyWithLogits LOSS =
      new BinaryCrossEntropyWithLogits(Reduction.SUM);

  private final FeatureTiles tiles;
  private final double c;
  private final Device device;
  private final Workers workers;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment targets;
  private final @Nullable MemorySegment weights;

  /**
   * @param labels each row's target
   * @param rowWeights each row's weight, or null for 1
   */
  Objective(
      FeatureTiles tiles,
      double[] labels,
      double @Nullable [] rowWeights,
      double c,
      Device device,
      Workers workers) {
    this.tiles = tiles;
    this.c = c;
    this.device = device;
    this.workers = workers;
    targets = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, labels);
    weights = rowWeights == null ? null : arena.allocateFrom(ValueLayout.JAVA_DOUBLE, rowWeights);
  }

  /** How many coefficients there are, the intercept last among them. */
  int dimension() {
    return tiles.columns();
  }

  /** The objective at a point, with the Hessian where asked for. */
  Evaluation evaluate(double[] point, boolean withHessian) {
    int parts = Math.min(PARTS, tiles.count());
    TileSums[] sums = new TileSums[parts];
    workers.run(
        parts,
        part -> {
          TileSums own = new TileSums(tiles, withHessian);
          try (TilePass pass = new TilePass()) {
            int end = (int) ((part + 1L) * tiles.count() / parts);
            for (int tile = (int) ((long) part * tiles.count() / parts); tile < end; tile++) {
              pass.run(tile, point, own);
            }
          }
          sums[part] = own;
        });
    TileSums total = sums[0];
    for (int part = 1; part < parts; part++) {
      total.add(sums[part]);
    }
    return penalised(total, point);
  }

  private Evaluation penalised(TileSums sums, double[] point) {
    int intercept = dimension() - 1;
    double squares = 0;
    for (int i = 0; i < intercept; i++) {
      squares += point[i] * point[i];
      sums.gradient[i] += point[i] / c;
    }
    double[] hessian = sums.symmetricHessian();
    if (hessian != null) {
      for (int i = 0; i < intercept; i++) {
        hessian[i * dimension() + i] += 1 / c;
      }
    }
    return new Evaluation(
        sums.loss, sums.loss + squares / (2 * c), sums.gradient, hessian, sums.separates);
  }

  @Override
  public void close() {
    arena.close();
  }

  /** What a thread needs for its tiles. */
  private final class TilePass implements AutoCloseable {

    private final Arena own = Arena.ofConfined();
    private final int rows = tiles.rowsPerTile();
    private final double[] logits = new double[rows];
    private final double[] gradients = new double[rows];
    private final double[] curvatures = new double[rows];
    private final MemorySegment nativeLogits = own.allocate(ValueLayout.JAVA_DOUBLE, rows);
    private final MemorySegment nativeGradients = own.allocate(ValueLayout.JAVA_DOUBLE, rows);
    private final MemorySegment loss = own.allocate(ValueLayout.JAVA_DOUBLE);

    void run(int tile, double[] point, TileSums sums) {
      double[] values = tiles.tile(tile);
      int count = tiles.count(tile);
      TileLoops.product(values, rows, point, rows, logits);
      MemorySegment.copy(logits, 0, nativeLogits, ValueLayout.JAVA_DOUBLE, 0, count);
      MemorySegment tileTargets = slice(targets, tile, count);
      MemorySegment tileWeights = weights == null ? null : slice(weights, tile, count);
      device.run(
          LOSS,
          DataType.FP64,
          List.of(
              new LossTask(
                  count, 1, nativeLogits, tileTargets, tileWeights, null, loss, nativeGradients)));
      MemorySegment.copy(nativeGradients, ValueLayout.JAVA_DOUBLE, 0, gradients, 0, count);
      Arrays.fill(gradients, count, rows, 0);
      sums.loss += loss.get(ValueLayout.JAVA_DOUBLE, 0);
      TileLoops.transposedProduct(values, rows, gradients, rows, sums.gradient, sums.lanes);
      sums.separates = sums.separates && separates(tileTargets, tileWeights, count);
      if (sums.hasHessian()) {
        fillCurvatures(tileWeights, count);
        sums.addHessian(values, curvatures);
      }
    }

    private MemorySegment slice(MemorySegment all, int tile, int count) {
      return all.asSlice((long) tiles.first(tile) * Double.BYTES, (long) count * Double.BYTES);
    }

    private boolean separates(
        MemorySegment tileTargets, @Nullable MemorySegment tileWeights, int count) {
      for (int i = 0; i < count; i++) {
        boolean positive = tileTargets.getAtIndex(ValueLayout.JAVA_DOUBLE, i) == 1;
        boolean counts =
            tileWeights == null || tileWeights.getAtIndex(ValueLayout.JAVA_DOUBLE, i) > 0;
        if (counts && !(positive ? logits[i] > 0 : logits[i] < 0)) {
          return false;
        }
      }
      return true;
    }

    /**
     * p (1 - p), from the gradient: that is p for the target 0 and p - 1 for 1, each to all its
     * digits.
     */
    private void fillCurvatures(@Nullable MemorySegment tileWeights, int count) {
      if (tileWeights == null) {
        for (int i = 0; i < rows; i++) {
          double p = Math.abs(gradients[i]);
          curvatures[i] = p * (1 - p);
        }
        return;
      }
      for (int i = 0; i < count; i++) {
        double weight = tileWeights.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
        double p = Math.abs(gradients[i]) / weight;
        curvatures[i] = weight == 0 ? 0 : weight * p * (1 - p);
      }
      Arrays.fill(curvatures, count, rows, 0);
    }

    @Override
    public void close() {
      own.close();
    }
  }
}
