package dev.verhulst.heads.calibration;

/** A non-decreasing or non-increasing map from a score to the probability of the label. */
public sealed interface Calibration permits Platt, Temperature, Isotonic {

  /** The probability for a score; NaN for NaN. */
  double probability(double score);
}
