package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the loss of some elements is computed from: numbers that are exact in a type. Each element
 * is a label of its own.
 */
public record LossInputs(
    double[] logits, double[] target, double @Nullable [] weight, double @Nullable [] posWeight) {

  /** One element of them, for a message. */
  public record Element(double logit, double target, double weight, double posWeight) {

    public double loss() {
      return BinaryCrossEntropyWithLogits.loss(logit, target, weight, posWeight);
    }

    public double gradient() {
      return BinaryCrossEntropyWithLogits.gradient(logit, target, weight, posWeight);
    }
  }

  public int count() {
    return logits.length;
  }

  public Element element(int index) {
    return new Element(
        logits[index],
        target[index],
        weight == null ? 1 : weight[index],
        posWeight == null ? 1 : posWeight[index]);
  }

  /** Logits of all magnitudes up to 1024, targets of which a third is 0 or 1, and weights. */
  public static LossInputs sampled(
      int count, DataType dataType, boolean weighted, boolean positiveWeighted) {
    SplittableRandom random = new SplittableRandom(1838);
    double[] logits = new double[count];
    Arrays.setAll(
        logits,
        i -> {
          double scale = Math.scalb(1.0, random.nextInt(-20, 11));
          return ErrorBound.round(random.nextDouble(-1, 1) * scale, dataType);
        });
    double[] target = fractions(random, count, dataType);
    Arrays.setAll(target, i -> i % 3 == 0 ? i % 2 : target[i]);
    return new LossInputs(
        logits,
        target,
        weighted ? fractions(random, count, dataType) : null,
        positiveWeighted ? fractions(random, count, dataType) : null);
  }

  private static double[] fractions(SplittableRandom random, int count, DataType dataType) {
    double[] fractions = new double[count];
    Arrays.setAll(fractions, i -> ErrorBound.round(random.nextDouble(), dataType));
    return fractions;
  }
}
