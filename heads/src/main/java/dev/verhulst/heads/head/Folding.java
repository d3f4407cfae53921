package dev.verhulst.heads.head;

import dev.verhulst.heads.calibration.Calibration;
import dev.verhulst.heads.calibration.Isotonic;
import dev.verhulst.heads.calibration.Platt;
import dev.verhulst.heads.calibration.Temperature;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HeadParameters;
import java.util.Arrays;
import java.util.List;

/**
 * What of a head goes into the numbers of its product: the standardisation into weights and biases,
 * where that costs few digits; Platt's scaling and temperatures into each label's slope and shift.
 */
final class Folding {

  /**
   * Up to such a ratio of mean to deviation the standardisation is folded. Folded, x / scale and
   * mean / scale are subtracted in the sum, which loses as many bits as the ratio has: four of
   * FP32's 24.
   */
  static final double LARGEST_RATIO_FP32 = 16;

  static final double LARGEST_RATIO_FP64 = 4096;

  private Folding() {}

  /** Whether a head's standardisation goes into its weights. */
  static boolean foldsStandardisation(HeadModel model, DataType dataType) {
    double[] mean = model.mean();
    double[] scale = model.scale();
    if (mean == null || scale == null) {
      return true;
    }
    double largest = dataType == DataType.FP64 ? LARGEST_RATIO_FP64 : LARGEST_RATIO_FP32;
    double range = dataType == DataType.FP64 ? Double.MAX_VALUE : Float.MAX_VALUE;
    for (int feature = 0; feature < model.features(); feature++) {
      if (Math.abs(mean[feature]) > largest * scale[feature]) {
        return false;
      }
      for (int label = 0; label < model.labels(); label++) {
        double weight = model.weights()[label * model.features() + feature] / scale[feature];
        if (!(Math.abs(weight) <= range)) {
          return false;
        }
      }
    }
    return true;
  }

  static HeadParameters parameters(HeadModel model, boolean foldStandardisation) {
    double[] weights = model.weights();
    double[] bias = model.bias();
    double[] mean = model.mean();
    double[] scale = model.scale();
    if (foldStandardisation && mean != null && scale != null) {
      weights = weights.clone();
      bias = bias.clone();
      for (int label = 0; label < model.labels(); label++) {
        for (int feature = 0; feature < model.features(); feature++) {
          int at = label * model.features() + feature;
          weights[at] /= scale[feature];
          bias[label] -= weights[at] * mean[feature];
        }
      }
    }
    double[] slopes = new double[model.labels()];
    double[] shifts = new double[model.labels()];
    Arrays.fill(slopes, 1);
    List<? extends Calibration> calibrations = model.calibrations();
    for (int label = 0; calibrations != null && label < model.labels(); label++) {
      switch (calibrations.get(label)) {
        case Platt(double a, double b) -> {
          slopes[label] = -a;
          shifts[label] = -b;
        }
        case Temperature(double temperature) -> slopes[label] = 1 / temperature;
        case Isotonic _ -> {}
      }
    }
    return new HeadParameters(model.labels(), model.features(), weights, bias, slopes, shifts);
  }
}
