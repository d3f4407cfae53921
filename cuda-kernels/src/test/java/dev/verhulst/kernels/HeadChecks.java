package dev.verhulst.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Checks heads that a device computed against their definition in double. */
public final class HeadChecks {

  private HeadChecks() {}

  /** A head of random numbers, with or without a slope and a shift for each label. */
  public static HeadParameters parameters(int labels, int features, boolean calibrated) {
    Random random = new Random(labels * 31L + features);
    double[] slopes = new double[labels];
    double[] shifts = new double[labels];
    Arrays.setAll(slopes, _ -> calibrated ? 0.5 + random.nextDouble() : 1);
    Arrays.setAll(shifts, _ -> calibrated ? random.nextGaussian() : 0);
    return new HeadParameters(
        labels,
        features,
        floats(random, labels * features),
        floats(random, labels),
        slopes,
        shifts);
  }

  /** Numbers that FP32 holds exactly. */
  private static double[] floats(Random random, int count) {
    double[] values = new double[count];
    Arrays.setAll(values, _ -> (float) random.nextGaussian());
    return values;
  }

  /** A task of random rows that asks for both outputs. */
  public static HeadTask task(HeadParameters parameters, int rows, Tensors tensors) {
    return new HeadTask(
        rows,
        tensors.random((long) rows * parameters.features(), -2, 2),
        tensors.empty((long) rows * parameters.labels()),
        tensors.empty((long) rows * parameters.labels()));
  }

  /** One call with tasks of many sizes, some empty, that ask for different outputs. */
  public static void checkBatch(
      Head head, HeadParameters parameters, DataType dataType, Random random) {
    try (Tensors tensors = new Tensors(dataType, random)) {
      List<HeadTask> tasks = new ArrayList<>();
      for (int rows : new int[] {1, 0, 7, 2, 64, 1, 33}) {
        HeadTask task = task(parameters, rows, tensors);
        tasks.add(task);
        long outputs = (long) rows * parameters.labels();
        tasks.add(new HeadTask(rows, task.features(), null, tensors.empty(outputs)));
        tasks.add(new HeadTask(rows, task.features(), tensors.empty(outputs), null));
        tasks.add(new HeadTask(rows, task.features(), null, null));
      }
      head.run(tasks);
      tasks.forEach(task -> check(parameters, dataType, task));
      tensors.assertGuardsUntouched("a head in " + dataType);
    }
  }

  /** Checks what a task asked for, within what the type explains. */
  public static void check(HeadParameters parameters, DataType dataType, HeadTask task) {
    check(parameters, dataType, task, dataType == DataType.FP64 ? 0x1p-53 : 0x1p-24);
  }

  /**
   * The same.
   *
   * @param unit how far each term of a sum may be off, relative to itself
   */
  public static void check(
      HeadParameters parameters, DataType dataType, HeadTask task, double unit) {
    int labels = parameters.labels();
    int features = parameters.features();
    for (int row = 0; row < task.rows(); row++) {
      double[] x =
          Elements.getAll(
              task.features().asSlice((long) row * features * dataType.byteSize()),
              dataType,
              features);
      for (int label = 0; label < labels; label++) {
        double sum = parameters.bias()[label];
        double magnitude = Math.abs(sum);
        for (int feature = 0; feature < features; feature++) {
          double term = parameters.weights()[label * features + feature] * x[feature];
          sum += term;
          magnitude += Math.abs(term);
        }
        double error = unit * magnitude * (2 + Math.sqrt(features));
        double z = parameters.slopes()[label] * sum + parameters.shifts()[label];
        long at = (long) row * labels + label;
        String where = "row %d, label %d".formatted(row, label);
        if (task.logits() != null) {
          double logit = Elements.get(task.logits(), dataType, at);
          Elements.assertClose(logit, sum, error, () -> "the logit of " + where);
        }
        if (task.probabilities() != null) {
          double probability = Elements.get(task.probabilities(), dataType, at);
          Elements.assertClose(
              probability,
              1 / (1 + Math.exp(-z)),
              2 * error + 4 * unit,
              () -> "the probability of " + where);
        }
      }
    }
  }
}
