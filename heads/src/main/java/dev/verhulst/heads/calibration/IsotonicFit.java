package dev.verhulst.heads.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Fits isotonic regression by pooling adjacent violators. Examples of equal scores are pooled
 * first; of a run of knots with the same probability only the first and the last are kept.
 */
public final class IsotonicFit {

  private IsotonicFit() {}

  /** The non-decreasing map with the least squared error. */
  public static Isotonic fit(ScoredExamples examples) {
    Pool[] points = pooledByScore(examples);
    List<Pool> pools = new ArrayList<>();
    for (Pool point : points) {
      Pool pool = point;
      while (!pools.isEmpty() && pools.getLast().mean() >= pool.mean()) {
        pool = pools.removeLast().with(pool);
      }
      pools.add(pool);
    }
    List<double[]> knots = new ArrayList<>();
    for (Pool pool : pools) {
      knots.add(new double[] {pool.first(), pool.mean()});
      if (pool.last() > pool.first()) {
        knots.add(new double[] {pool.last(), pool.mean()});
      }
    }
    return new Isotonic(
        knots.stream().mapToDouble(knot -> knot[0]).toArray(),
        knots.stream().mapToDouble(knot -> knot[1]).toArray());
  }

  private static Pool[] pooledByScore(ScoredExamples examples) {
    Integer[] order = new Integer[examples.count()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> examples.scores()[i]));
    List<Pool> points = new ArrayList<>();
    for (int i : order) {
      // Zeros of either sign are one score.
      double score = examples.scores()[i] + 0.0;
      Pool point =
          new Pool(score, score, examples.weight(i) * examples.labels()[i], examples.weight(i));
      if (!points.isEmpty() && points.getLast().last() == score) {
        point = points.removeLast().with(point);
      }
      points.add(point);
    }
    return points.toArray(Pool[]::new);
  }

  /** Examples from one score to another that have a common probability. */
  private record Pool(double first, double last, double sum, double weight) {

    double mean() {
      return sum / weight;
    }

    Pool with(Pool next) {
      return new Pool(first, next.last, sum + next.sum, weight + next.weight);
    }
  }
}
