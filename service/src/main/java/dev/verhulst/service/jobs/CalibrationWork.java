package dev.verhulst.service.jobs;

import dev.verhulst.heads.calibration.CalibrationMethod;
import dev.verhulst.heads.training.HeadCalibration;
import java.io.IOException;
import java.util.Map;

/** Calibrates a head, and saves it as a version of its own. */
final class CalibrationWork implements JobWork {

  private final String model;
  private final CalibrationMethod method;
  private final SavedHead head;
  private final Source source;
  private final HeadFitting fitting;

  /** Fits the calibration. */
  @FunctionalInterface
  interface Source {

    /**
     * Does it.
     *
     * @param monitor asked before each row and each label, and while a file is read, whether to go
     *     on
     * @throws IllegalArgumentException where the examples are not as they should be
     */
    HeadCalibration fit(JobMonitor monitor) throws IOException;
  }

  CalibrationWork(
      String model, CalibrationMethod method, SavedHead head, Source source, HeadFitting fitting) {
    this.model = model;
    this.method = method;
    this.head = head;
    this.source = source;
    this.fitting = fitting;
  }

  @Override
  public JobResult run(JobMonitor monitor) throws IOException {
    HeadCalibration calibration = source.fit(monitor);
    monitor.expectWanted();
    HeadVersions.Saved saved =
        fitting
            .versions()
            .save(
                model,
                head.head().withCalibrations(calibration.calibrations()),
                head.labelNames(),
                head.featureNames(),
                Map.of(
                    "calibration", method.name(),
                    "calibrated_from", Long.toString(head.version())),
                calibration.diagrams());
    return new JobResult(saved.version(), saved.served(), null, calibration);
  }
}
