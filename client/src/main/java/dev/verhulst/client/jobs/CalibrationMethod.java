package dev.verhulst.client.jobs;

/** A way to make probabilities of scores. */
public enum CalibrationMethod {
  /** Platt's scaling: a logistic curve with two parameters. */
  PLATT,
  /** One parameter, that keeps the order and the middle. */
  TEMPERATURE,
  /** Isotonic regression: any curve that does not fall. */
  ISOTONIC
}
