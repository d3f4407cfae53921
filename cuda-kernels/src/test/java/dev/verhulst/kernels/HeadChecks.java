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

  /**
   * What a head's rows are exactly, each number [rows, labels].
   *
   * @param logits in double
   * @param probabilities in double
   * @param logitErrors how far off a logit may be
   * @param probabilityErrors how far off a probability may be
   */
  public record Exact(
      double[] logits, double[] probabilities, double[] logitErrors, double[] probabilityErrors) {}

  /** How far each term of a sum may be off, relative to itself, as the type explains it. */
  public static double unit(DataType dataType) {
    return dataType == DataType.FP64 ? 0x1p-53 : 0x1p-24;
  }

  /**
   * Computes rows by the definition.
   *
   * @param features the rows' numbers
   * @param unit how far each term of a sum may be off, relative to itself
   */
  public static Exact exact(HeadParameters parameters, double[] features, double unit) {
    int labels = parameters.labels();
    int columns = parameters.features();
    int count = features.length / columns * labels;
    Exact exact =
        new Exact(new double[count], new double[count], new double[count], new double[count]);
    for (int i = 0; i < count; i++) {
      int row = i / labels;
      int label = i % labels;
      double sum = parameters.bias()[label];
      double magnitude = Math.abs(sum);
      for (int feature = 0; feature < columns; feature++) {
        double term =
            parameters.weights()[label * columns + feature] * features[row * columns + feature];
        sum += term;
        magnitude += Math.abs(term);
      }
      double z = parameters.slopes()[label] * sum + parameters.shifts()[label];
      exact.logits[i] = sum;
      exact.probabilities[i] = 1 / (1 + Math.exp(-z));
      exact.logitErrors[i] = unit * magnitude * (2 + Math.sqrt(columns));
      exact.probabilityErrors[i] = 2 * exact.logitErrors[i] + 4 * unit;
    }
    return exact;
  }

  /** Checks what a task asked for, within what the type explains. */
  public static void check(HeadParameters parameters, DataType dataType, HeadTask task) {
    check(parameters, dataType, task, unit(dataType));
  }

  /**
   * The same.
   *
   * @param unit how far each term of a sum may be off, relative to itself
   */
  public static void check(
      HeadParameters parameters, DataType dataType, HeadTask task, double unit) {
    int labels = parameters.labels();
    double[] features =
        Elements.getAll(task.features(), dataType, (int) task.rows() * parameters.features());
    Exact exact = exact(parameters, features, unit);
    for (int i = 0; i < exact.logits.length; i++) {
      String where = "row %d, label %d".formatted(i / labels, i % labels);
      if (task.logits() != null) {
        double logit = Elements.get(task.logits(), dataType, i);
        Elements.assertClose(
            logit, exact.logits[i], exact.logitErrors[i], () -> "the logit of " + where);
      }
      if (task.probabilities() != null) {
        double probability = Elements.get(task.probabilities(), dataType, i);
        Elements.assertClose(
            probability,
            exact.probabilities[i],
            exact.probabilityErrors[i],
            () -> "the probability of " + where);
      }
    }
  }
}
