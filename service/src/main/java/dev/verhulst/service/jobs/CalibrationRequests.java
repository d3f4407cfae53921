package dev.verhulst.service.jobs;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.heads.calibration.CalibrationMethod;
import dev.verhulst.heads.training.HeadCalibration;
import dev.verhulst.heads.training.TrainingExamples;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InferenceRequest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Makes jobs of requests to calibrate a head that has been saved. */
final class CalibrationRequests {

  private final HeadFitting fitting;

  CalibrationRequests(HeadFitting fitting) {
    this.fitting = fitting;
  }

  /**
   * Plans a job.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where the request cannot be carried out
   */
  PlannedJob plan(String model, InferenceRequest request) {
    boolean fromFile = request.operatorParameters().containsKey("data");
    Set<String> known = new TreeSet<>(Set.of("method", "version", "data"));
    if (fromFile) {
      known.addAll(FileExamples.PARAMETERS);
    }
    JobParameters parameters = new JobParameters(request.operatorParameters(), known);
    CalibrationMethod method = parameters.constant("method", CalibrationMethod.class);
    if (method == null) {
      throw invalidArgument("parameter 'method' is missing: platt, temperature or isotonic");
    }
    Long version = parameters.has("version") ? (Long) parameters.integer("version", 0) : null;
    SavedHead head = fitting.versions().read(model, version);
    fitting.versions().expectFree(model);
    if (fromFile) {
      return fromFile(model, method, head, request, parameters);
    }
    JobTensors tensors = new JobTensors(request.inputs(), List.of("x", "scores", "y"));
    return fromTensors(model, method, head, tensors);
  }

  private PlannedJob fromFile(
      String model,
      CalibrationMethod method,
      SavedHead head,
      InferenceRequest request,
      JobParameters parameters) {
    if (!request.inputs().isEmpty()) {
      throw invalidArgument("send either tensors or the name of a file as 'data', not both");
    }
    String name = String.valueOf(parameters.text("data"));
    FileExamples examples = FileExamples.of(fitting.files().resolve(name), parameters);
    expectMemory(examples.byteSize(examples.rows()));
    CalibrationWork.Source source =
        monitor ->
            calibration(
                head,
                method,
                examples.read(monitor).expectNames(head.featureNames(), head.labelNames()),
                monitor);
    return new FromFile(
        JobKind.CALIBRATE, model, new CalibrationWork(model, method, head, source, fitting));
  }

  /** Scores, or features, that came with the request. */
  private PlannedJob fromTensors(
      String model, CalibrationMethod method, SavedHead head, JobTensors tensors) {
    boolean scored = tensors.has("scores");
    if (scored == tensors.has("x")) {
      throw invalidArgument(
          "a calibration needs either 'scores', the logits of the rows, or 'x', their features");
    }
    JobTensors.Matrix labelShape = tensors.matrix("y", "[rows] or [rows, labels]");
    JobTensors.Matrix shape =
        scored
            ? tensors.matrix("scores", "[rows] or [rows, labels]", labelShape.rows())
            : tensors.matrix("x", "[rows, features]", labelShape.rows());
    int columns = scored ? head.head().labels() : head.head().features();
    if (labelShape.columns() != head.head().labels() || shape.columns() != columns) {
      throw invalidArgument(
          "version %d of model '%s' has %d features and %d labels, which the inputs do not fit"
              .formatted(head.version(), model, head.head().features(), head.head().labels()));
    }
    // Labels, scores, and what a fit keeps beside them.
    expectMemory(3L * labelShape.rows() * labelShape.columns() * Double.BYTES);
    ExampleTensors features =
        new ExampleTensors(
            tensors, "x", "y", null, shape, labelShape, head.featureNames(), head.labelNames());
    return new FromTensors(
        JobKind.CALIBRATE,
        model,
        tensors,
        inputs ->
            new CalibrationWork(
                model,
                method,
                head,
                scored
                    ? ofScores(
                        head,
                        method,
                        tensors.columns("scores", shape, inputs),
                        tensors.columns("y", labelShape, inputs))
                    : ofFeatures(head, method, features.read(inputs)),
                fitting));
  }

  private static CalibrationWork.Source ofScores(
      SavedHead head, CalibrationMethod method, List<double[]> scores, List<double[]> targets) {
    HeadCalibration.expectSound(head.labelNames(), scores, targets);
    return monitor ->
        HeadCalibration.fit(head.labelNames(), scores, targets, method, monitor::expectWanted);
  }

  private CalibrationWork.Source ofFeatures(
      SavedHead head, CalibrationMethod method, TrainingExamples examples) {
    return monitor -> calibration(head, method, examples, monitor);
  }

  private HeadCalibration calibration(
      SavedHead head, CalibrationMethod method, TrainingExamples examples, JobMonitor monitor) {
    HeadCalibration calibration =
        HeadCalibration.fit(head.head(), examples, method, fitting.device(), monitor::expectWanted);
    return new HeadCalibration(
        head.labelNames(), calibration.calibrations(), calibration.before(), calibration.after());
  }

  private void expectMemory(long bytes) {
    if (bytes > fitting.memoryBudget()) {
      throw invalidArgument(
          "the calibration needs about %d MiB of memory, the budget is %d MiB; send fewer rows, or raise the budget (verhulst.jobs.memory-budget)"
              .formatted(Math.ceilDiv(bytes, 1L << 20), fitting.memoryBudget() >> 20));
    }
  }
}
