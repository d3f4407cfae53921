package dev.verhulst.heads.training;

import org.jspecify.annotations.Nullable;

/** What the two ways to the minimum have in common: when they end, and what they report. */
final class Search {

  /** A gain below this share of the loss is lost in its rounding. */
  static final double LOSS_ROUNDING = 1e-14;

  private final TrainingOptions options;
  private final double totalWeight;
  private final int label;
  private final int labels;
  private final TrainingListener listener;
  private double firstGradientNorm;

  Search(
      TrainingOptions options,
      double totalWeight,
      int label,
      int labels,
      TrainingListener listener) {
    this.options = options;
    this.totalWeight = totalWeight;
    this.label = label;
    this.labels = labels;
    this.listener = listener;
  }

  /** Reports an iteration, and says whether and why the search ends with it. */
  Minimum.@Nullable End afterIteration(int iteration, Evaluation evaluation) {
    double norm = evaluation.largestGradient() / totalWeight;
    if (iteration == 0) {
      firstGradientNorm = norm;
    }
    listener.onIteration(
        new TrainingProgress(
            label,
            labels,
            iteration,
            evaluation.loss(),
            norm,
            firstGradientNorm,
            options.tolerance()));
    if (Double.isInfinite(options.c()) && evaluation.separates()) {
      return Minimum.End.SEPARATED;
    }
    if (norm <= options.tolerance()) {
      return Minimum.End.CONVERGED;
    }
    return iteration >= options.maxIterations() ? Minimum.End.TOO_MANY_ITERATIONS : null;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** point + length · direction. */
  static double[] moved(double[] point, double length, double[] direction) {
    double[] to = new double[point.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = point[i] + length * direction[i];
    }
    return to;
  }
}
