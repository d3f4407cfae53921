package dev.verhulst.service.jobs;

import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.training.HeadCalibration;
import dev.verhulst.heads.training.HeadFit;
import dev.verhulst.heads.training.TrainingExamples;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fits a head, calibrates it where asked to, and saves it. */
final class FitWork implements JobWork {

  private final String model;
  private final FitOptions options;
  private final FitExamples.Source source;
  private final HeadFitting fitting;

  FitWork(String model, FitOptions options, FitExamples.Source source, HeadFitting fitting) {
    this.model = model;
    this.options = options;
    this.source = source;
    this.fitting = fitting;
  }

  @Override
  public JobResult run(JobMonitor monitor) throws IOException {
    FitExamples examples = source.read(monitor);
    monitor.expectWanted();
    TrainingExamples training = examples.training();
    HeadFit fit = fitting.training().fit(training, options.training(), monitor);
    HeadModel head = fit.toHead(options.type());
    HeadCalibration calibration = calibration(head, examples, monitor);
    if (calibration != null) {
      head = head.withCalibrations(calibration.calibrations());
    }
    monitor.expectWanted();
    HeadVersions.Saved saved =
        fitting
            .versions()
            .save(
                model,
                head,
                training.labelNames(),
                training.featureNames(),
                metadata(fit, training),
                calibration == null ? Map.of() : calibration.diagrams());
    return new JobResult(saved.version(), saved.served(), fit, calibration);
  }

  private @Nullable HeadCalibration calibration(
      HeadModel head, FitExamples examples, JobMonitor monitor) {
    TrainingExamples training = examples.training();
    TrainingExamples heldOut = examples.calibration();
    return options.calibration() == null || heldOut == null
        ? null
        : HeadCalibration.fit(
            head,
            heldOut.expectNames(training.featureNames(), training.labelNames()),
            options.calibration(),
            fitting.device(),
            monitor::expectWanted);
  }

  private Map<String, String> metadata(HeadFit fit, TrainingExamples training) {
    return Map.of(
        "rows", Integer.toString(training.features().rows()),
        "c", Double.toString(options.training().c()),
        "log_loss", Double.toString(fit.logLoss()),
        "converged", Boolean.toString(fit.converged()));
  }
}
