package dev.verhulst.service.jobs;

/** What a job does. */
public enum JobKind {
  /** It fits a head to examples. */
  FIT,
  /** It fits the calibration of a head that there is. */
  CALIBRATE
}
