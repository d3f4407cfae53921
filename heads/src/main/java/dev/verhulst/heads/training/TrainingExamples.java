package dev.verhulst.heads.training;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a head is fitted to.
 *
 * @param features the examples' features
 * @param featureNames a name for each feature, for messages
 * @param labels for each label the targets of all rows, each 0 or 1
 * @param labelNames a name for each label
 * @param weights how much each row counts, at least 0; null for 1 each
 */
public record TrainingExamples(
    FeatureRows features,
    List<String> featureNames,
    List<double[]> labels,
    List<String> labelNames,
    double @Nullable [] weights) {

  public TrainingExamples {
    featureNames = List.copyOf(featureNames);
    labels = List.copyOf(labels);
    labelNames = List.copyOf(labelNames);
    int rows = features.rows();
    if (rows == 0 || features.features() == 0 || labels.isEmpty()) {
      throw new IllegalArgumentException(
          "training needs at least one row, one feature and one label, got %d, %d and %d"
              .formatted(rows, features.features(), labels.size()));
    }
    if (featureNames.size() != features.features() || labelNames.size() != labels.size()) {
      throw new IllegalArgumentException(
          "there are %d features with %d names and %d labels with %d names; expected one name each"
              .formatted(
                  features.features(), featureNames.size(), labels.size(), labelNames.size()));
    }
    if (new HashSet<>(labelNames).size() != labelNames.size()) {
      throw new IllegalArgumentException("two labels have the same name in " + labelNames);
    }
    if (weights != null) {
      checkWeights(weights, rows);
    }
    for (int label = 0; label < labels.size(); label++) {
      checkLabels(labelNames.get(label), labels.get(label), rows, weights);
    }
  }

  /** Examples that count alike. */
  public TrainingExamples(
      FeatureRows features,
      List<String> featureNames,
      List<double[]> labels,
      List<String> labelNames) {
    this(features, featureNames, labels, labelNames, null);
  }

  /**
   * Checks that a head of such features and labels can be calibrated on these examples.
   *
   * @param features the names of the head's features
   * @param of the names of its labels; where there is one only, it may be called otherwise
   * @return these examples
   * @throws IllegalArgumentException where they are others, or come in another order
   */
  public TrainingExamples expectNames(List<String> features, List<String> of) {
    expectSame("features", featureNames, features);
    if (of.size() > 1 || labelNames.size() > 1) {
      expectSame("labels", labelNames, of);
    }
    return this;
  }

  private static void expectSame(String what, List<String> names, List<String> expected) {
    if (!names.equals(expected)) {
      throw new IllegalArgumentException(
          "the calibration data have the %s %s; expected those of the model, in their order: %s"
              .formatted(what, names, expected));
    }
  }

  /** Some of the rows, in the order given. */
  public TrainingExamples rows(int[] indices) {
    List<double[]> targets =
        labels.stream()
            .map(label -> Arrays.stream(indices).mapToDouble(i -> label[i]).toArray())
            .toList();
    double[] all = weights;
    return new TrainingExamples(
        new SelectedRows(features, indices),
        featureNames,
        targets,
        labelNames,
        all == null ? null : Arrays.stream(indices).mapToDouble(i -> all[i]).toArray());
  }

  private record SelectedRows(FeatureRows all, int[] indices) implements FeatureRows {

    @Override
    public int rows() {
      return indices.length;
    }

    @Override
    public int features() {
      return all.features();
    }

    @Override
    public void copyRow(int row, double[] to) {
      all.copyRow(indices[row], to);
    }
  }

  private static void checkLabels(
      String name, double[] targets, int rows, double @Nullable [] weights) {
    if (targets.length != rows) {
      throw new IllegalArgumentException(
          "label '%s' has %d targets for %d rows".formatted(name, targets.length, rows));
    }
    int positives = 0;
    int counting = 0;
    for (int row = 0; row < rows; row++) {
      if (targets[row] != 0 && targets[row] != 1) {
        throw new IllegalArgumentException(
            "label '%s' is %s in row %d; expected 0 or 1".formatted(name, targets[row], row));
      }
      if (weights == null || weights[row] > 0) {
        counting++;
        positives += (int) targets[row];
      }
    }
    if (positives == 0 || positives == counting) {
      throw new IllegalArgumentException(
          "label '%s' is %d in all %d rows%s; a head needs examples of both 0 and 1"
              .formatted(
                  name,
                  positives == 0 ? 0 : 1,
                  counting,
                  counting == rows ? "" : " that have a weight"));
    }
  }

  private static void checkWeights(double[] weights, int rows) {
    if (weights.length != rows) {
      throw new IllegalArgumentException(
          "there are %d weights for %d rows".formatted(weights.length, rows));
    }
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      if (!(weights[row] >= 0 && weights[row] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "the weight in row %d is %s; expected a finite number of at least 0"
                .formatted(row, weights[row]));
      }
      sum += weights[row];
    }
    if (!(sum > 0)) {
      throw new IllegalArgumentException("all weights are 0; expected one above 0");
    }
  }

  /** What the weights add up to. */
  double totalWeight() {
    if (weights == null) {
      return features.rows();
    }
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    return sum;
  }
}
