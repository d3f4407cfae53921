package dev.verhulst.heads.training;

import dev.verhulst.kernels.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Fits logistic heads: full-batch binary cross-entropy with an L2 penalty, label by label. */
public final class HeadTraining {

  private final Device device;
  private final int threads;

  /**
   * @param device computes losses and their gradients, in FP64
   * @param threads how many threads compute
   */
  public HeadTraining(Device device, int threads) {
    this.device = device;
    this.threads = threads;
  }

  /**
   * Fits a head.
   *
   * @param listener told of each iteration; what it throws ends the training
   * @throws IllegalArgumentException where a feature is not finite; the message names the row
   * @throws MemoryBudgetException where it would take more memory than it may
   */
  public HeadFit fit(
      TrainingExamples examples, TrainingOptions options, TrainingListener listener) {
    expectMemory(examples.features().rows(), examples.features().features(), 0, options);
    try (Workers workers = new Workers(threads)) {
      FeatureTiles tiles = FeatureTiles.read(examples, options.standardise(), workers);
      List<LabelFit> labels = new ArrayList<>();
      for (int label = 0; label < examples.labels().size(); label++) {
        labels.add(fitLabel(examples, tiles, label, options, listener, workers));
      }
      double[] mean = tiles.mean();
      double[] scale = tiles.scale();
      if (!options.standardise()) {
        Arrays.fill(mean, 0);
        Arrays.fill(scale, 1);
      }
      return new HeadFit(examples.featureNames(), mean, scale, labels);
    }
  }

  /**
   * Checks whether a training may take the memory that it will need, before there are examples.
   *
   * @param exampleBytes how many bytes the examples themselves take, where that counts
   * @throws MemoryBudgetException where it would take more
   */
  public static void expectMemory(
      int rows, int features, long exampleBytes, TrainingOptions options) {
    long needed = Math.addExact(exampleBytes, memoryNeeded(rows, features, options));
    if (needed > options.memoryBudget()) {
      throw new MemoryBudgetException(needed, options.memoryBudget());
    }
  }

  /** About how many bytes a training takes beside its examples. */
  static long memoryNeeded(int rows, int features, TrainingOptions options) {
    long columns = features + 4L;
    long needed = FeatureTiles.byteSize(rows, features);
    // Targets, weights.
    needed += 2L * rows * Double.BYTES;
    if (options.solver().resolve(features) == Solver.NEWTON) {
      needed += (Objective.PARTS + 4) * columns * columns * Double.BYTES;
    }
    return needed;
  }

  private LabelFit fitLabel(
      TrainingExamples examples,
      FeatureTiles tiles,
      int label,
      TrainingOptions options,
      TrainingListener listener,
      Workers workers) {
    double[] targets = examples.labels().get(label);
    double totalWeight = examples.totalWeight();
    Search search = new Search(options, totalWeight, label, examples.labels().size(), listener);
    try (Objective objective =
        new Objective(tiles, targets, examples.weights(), options.c(), device, workers)) {
      double[] start = new double[objective.dimension()];
      start[start.length - 1] = logOdds(targets, examples.weights());
      Minimum minimum =
          switch (options.solver().resolve(examples.features().features())) {
            case NEWTON, AUTOMATIC -> Newton.minimise(objective, start, search);
            case LBFGS -> Lbfgs.minimise(objective, start, search);
          };
      return labelFit(examples, tiles, label, options, minimum, totalWeight);
    }
  }

  /** The intercept that fits best where no feature counts. */
  private static double logOdds(double[] targets, double @Nullable [] weights) {
    double positives = 0;
    double all = 0;
    for (int row = 0; row < targets.length; row++) {
      double weight = weights == null ? 1 : weights[row];
      positives += weight * targets[row];
      all += weight;
    }
    return positives == 0 || positives == all ? 0 : Math.log(positives / (all - positives));
  }

  private static LabelFit labelFit(
      TrainingExamples examples,
      FeatureTiles tiles,
      int label,
      TrainingOptions options,
      Minimum minimum,
      double totalWeight) {
    double[] point = minimum.point();
    Evaluation evaluation = minimum.evaluation();
    List<String> warnings = new ArrayList<>();
    for (int feature : tiles.constantFeatures()) {
      warnings.add(
          "feature '%s' is constant: it says nothing, and its coefficient is 0"
              .formatted(examples.featureNames().get(feature)));
    }
    double[] errors =
        evaluation.hessian() == null
            ? null
            : standardErrors(Objects.requireNonNull(evaluation.hessian()), tiles, warnings);
    switch (minimum.end()) {
      case CONVERGED -> {}
      case SEPARATED ->
          warnings.add(
              "the features separate the labels perfectly: without a penalty the coefficients have"
                  + " no finite optimum, and the fit was stopped at the first that separate; set c"
                  + " to a finite value");
      case ROUNDING ->
          warnings.add(
              "the fit stopped where rounding hides what is left to gain, at a gradient of %.3g of the %.3g asked for"
                  .formatted(evaluation.largestGradient() / totalWeight, options.tolerance()));
      case TOO_MANY_ITERATIONS ->
          warnings.add(
              "the fit has not converged within %d iterations; allow more, or standardise the features"
                  .formatted(options.maxIterations()));
    }
    int intercept = point.length - 1;
    return new LabelFit(
        examples.labelNames().get(label),
        Arrays.copyOf(point, intercept),
        point[intercept],
        evaluation.loss(),
        evaluation.dataLoss(),
        minimum.iterations(),
        evaluation.largestGradient() / totalWeight,
        minimum.end() == Minimum.End.CONVERGED,
        minimum.end() == Minimum.End.SEPARATED ? null : errors,
        warnings);
  }

  private static double @Nullable [] standardErrors(
      double[] hessian, FeatureTiles tiles, List<String> warnings) {
    int size = tiles.columns();
    PositiveDefinite decomposed = PositiveDefinite.of(hessian, size);
    if (!decomposed.isRegular()) {
      warnings.add(
          "the Hessian is singular: features depend on each other, or separate some of the rows;"
              + " there are no standard errors");
      return null;
    }
    double[][] inverse = decomposed.inverse();
    double[] errors = new double[size];
    for (int i = 0; i < size; i++) {
      errors[i] = Math.sqrt(inverse[i][i]);
    }
    for (int feature : tiles.constantFeatures()) {
      errors[feature] = Double.NaN;
    }
    return errors;
  }
}
