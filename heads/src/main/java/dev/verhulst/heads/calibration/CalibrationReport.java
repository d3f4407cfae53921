package dev.verhulst.heads.calibration;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How well probabilities agree with what turned out to be true. Where examples have weights, means
 * and frequencies are weighted.
 *
 * @param logLoss the mean negative log likelihood; infinite where a probability of 0 or 1 was wrong
 * @param brierScore the mean squared difference of probability and label
 * @param expectedCalibrationError the mean, over the examples, of the difference between the mean
 *     probability and the observed frequency of their bin
 * @param bins the reliability diagram's bins, of equal width
 */
public record CalibrationReport(
    double logLoss, double brierScore, double expectedCalibrationError, List<ReliabilityBin> bins) {

  /** The number of bins that the expected calibration error is usually given for. */
  public static final int USUAL_BINS = 10;

  public CalibrationReport {
    bins = List.copyOf(bins);
  }

  /** The report with {@link #USUAL_BINS} bins. */
  public static CalibrationReport of(double[] probabilities, double[] labels) {
    return of(probabilities, labels, USUAL_BINS);
  }

  /**
   * The report.
   *
   * @param probabilities in [0, 1]
   * @param labels 0 or 1 for each
   * @param binCount how many bins of equal width; the lower end of a bin belongs to it
   */
  public static CalibrationReport of(double[] probabilities, double[] labels, int binCount) {
    return of(probabilities, labels, null, binCount);
  }

  /**
   * What a calibration's probabilities of the examples are worth, with {@link #USUAL_BINS} bins.
   */
  public static CalibrationReport of(ScoredExamples examples, Calibration calibration) {
    return of(
        examples.probabilities(calibration), examples.labels(), examples.weights(), USUAL_BINS);
  }

  private static CalibrationReport of(
      double[] probabilities, double[] labels, double @Nullable [] weights, int binCount) {
    if (probabilities.length == 0 || probabilities.length != labels.length || binCount < 1) {
      throw new IllegalArgumentException(
          "a report needs at least one example, as many probabilities as labels and at least one bin, got %d, %d and %d"
              .formatted(probabilities.length, labels.length, binCount));
    }
    double logLoss = 0;
    double squares = 0;
    double total = 0;
    long[] counts = new long[binCount];
    double[] binWeights = new double[binCount];
    double[] sums = new double[binCount];
    double[] positives = new double[binCount];
    for (int i = 0; i < labels.length; i++) {
      double probability = probabilities[i];
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException(
            "the probability in row %d is %s; expected one in [0, 1]".formatted(i, probability));
      }
      double weight = weights == null ? 1 : weights[i];
      total += weight;
      logLoss -= weight * (labels[i] == 1 ? Math.log(probability) : Math.log1p(-probability));
      squares += weight * (probability - labels[i]) * (probability - labels[i]);
      int bin = Math.min(binCount - 1, (int) (probability * binCount));
      counts[bin]++;
      binWeights[bin] += weight;
      sums[bin] += weight * probability;
      positives[bin] += weight * labels[i];
    }
    double error = 0;
    List<ReliabilityBin> bins = new ArrayList<>();
    for (int bin = 0; bin < binCount; bin++) {
      error += Math.abs(sums[bin] - positives[bin]);
      bins.add(
          new ReliabilityBin(
              bin / (double) binCount,
              (bin + 1) / (double) binCount,
              counts[bin],
              sums[bin] / binWeights[bin],
              positives[bin] / binWeights[bin]));
    }
    return new CalibrationReport(logLoss / total, squares / total, error / total, bins);
  }
}
