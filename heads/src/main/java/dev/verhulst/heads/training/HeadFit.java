package dev.verhulst.heads.training;

import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.safetensors.ElementType;
import java.util.Arrays;
import java.util.List;

/**
 * A fitted head: a {@link LabelFit} for each label, and what features are standardised with.
 *
 * @param featureNames the features' names
 * @param mean what is subtracted from each feature first; 0 where it was left as it is
 * @param scale what it is then divided by; 1 where it was left as it is
 * @param labels the labels' fits
 */
public record HeadFit(
    List<String> featureNames, double[] mean, double[] scale, List<LabelFit> labels) {

  public HeadFit {
    featureNames = List.copyOf(featureNames);
    labels = List.copyOf(labels);
  }

  /** Whether every label's fit has converged. */
  public boolean converged() {
    return labels.stream().allMatch(LabelFit::converged);
  }

  /** The sum of all labels' log losses. */
  public double logLoss() {
    return labels.stream().mapToDouble(LabelFit::logLoss).sum();
  }

  /**
   * The head that was fitted, ready to be saved or to compute.
   *
   * @param type the type of its weights in a file
   */
  public HeadModel toHead(ElementType type) {
    boolean standardised =
        Arrays.stream(mean).anyMatch(m -> m != 0) || Arrays.stream(scale).anyMatch(s -> s != 1);
    HeadModel head = new HeadModel(mean.length, labels.size(), type, weights(), biases());
    return standardised ? head.withStandardisation(mean, scale) : head;
  }

  /** All labels' coefficients, row by row. */
  public double[] weights() {
    double[] weights = new double[labels.size() * mean.length];
    for (int label = 0; label < labels.size(); label++) {
      System.arraycopy(
          labels.get(label).coefficients(), 0, weights, label * mean.length, mean.length);
    }
    return weights;
  }

  /** All labels' intercepts. */
  public double[] biases() {
    return labels.stream().mapToDouble(LabelFit::intercept).toArray();
  }
}
