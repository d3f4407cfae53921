package dev.verhulst.heads.head;

import dev.verhulst.heads.calibration.Calibration;
import dev.verhulst.heads.safetensors.ElementType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a logistic head: logits ((X - mean) / scale) Wᵀ + b, probabilities their sigmoid
 * or what a calibration makes of them, labels the probabilities that reach their threshold.
 *
 * @param features how many features a row has
 * @param labels how many labels there are
 * @param type the type that the weights have in a file: F16, BF16, F32 or F64
 * @param weights W, [labels, features], row-major
 * @param bias b, one for each label
 * @param mean what is subtracted from each feature; null for nothing
 * @param scale what it is divided by then; null where mean is
 * @param calibrations one for each label, all of one kind; null for the sigmoid
 * @param thresholds from which probability on a label is set, one for each label; null for 0.5
 */
public record HeadModel(
    int features,
    int labels,
    ElementType type,
    double[] weights,
    double[] bias,
    double @Nullable [] mean,
    double @Nullable [] scale,
    @Nullable List<? extends Calibration> calibrations,
    double @Nullable [] thresholds) {

  public HeadModel {
    check("weights", weights, (long) labels * features);
    check("bias", bias, labels);
    check("mean", mean, features);
    check("scale", scale, features);
    check("thresholds", thresholds, labels);
    if ((mean == null) != (scale == null)) {
      throw new IllegalArgumentException("mean and scale go together; there is only one of them");
    }
    for (int i = 0; scale != null && i < features; i++) {
      if (!(scale[i] > 0)) {
        throw new IllegalArgumentException(
            "the scale of feature %d is %s; expected one above 0".formatted(i, scale[i]));
      }
    }
    for (int i = 0; thresholds != null && i < labels; i++) {
      if (!(thresholds[i] >= 0 && thresholds[i] <= 1)) {
        throw new IllegalArgumentException(
            "the threshold of label %d is %s; expected one in [0, 1]".formatted(i, thresholds[i]));
      }
    }
    if (calibrations != null) {
      calibrations = List.copyOf(calibrations);
      Class<?> kind = calibrations.isEmpty() ? null : calibrations.getFirst().getClass();
      if (calibrations.size() != labels
          || calibrations.stream().anyMatch(calibration -> calibration.getClass() != kind)) {
        throw new IllegalArgumentException(
            "%d labels need as many calibrations of one kind, got %s"
                .formatted(labels, calibrations));
      }
    }
  }

  /** A head of weights and biases alone. */
  public HeadModel(int features, int labels, ElementType type, double[] weights, double[] bias) {
    this(features, labels, type, weights, bias, null, null, null, null);
  }

  private static void check(String name, double @Nullable [] values, long expected) {
    if (values == null) {
      return;
    }
    if (values.length != expected || expected == 0) {
      throw new IllegalArgumentException(
          "%s has %d elements; expected %d".formatted(name, values.length, expected));
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "element %d of %s is %s; expected a finite number".formatted(i, name, values[i]));
      }
    }
  }

  /** This head, its features standardised first. */
  public HeadModel withStandardisation(double[] newMean, double[] newScale) {
    return new HeadModel(
        features, labels, type, weights, bias, newMean, newScale, calibrations, thresholds);
  }

  /** This head with other thresholds. */
  public HeadModel withThresholds(double[] newThresholds) {
    return new HeadModel(
        features, labels, type, weights, bias, mean, scale, calibrations, newThresholds);
  }

  /** This head with other calibrations. */
  public HeadModel withCalibrations(List<? extends Calibration> newCalibrations) {
    return new HeadModel(
        features, labels, type, weights, bias, mean, scale, newCalibrations, thresholds);
  }
}
