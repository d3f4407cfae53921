package dev.verhulst.service.jobs;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.heads.training.HeadTraining;
import dev.verhulst.heads.training.MemoryBudgetException;
import dev.verhulst.heads.training.TrainingExamples;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InferenceRequest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes jobs of requests to fit a head. */
final class FitRequests {

  private static final List<String> TENSORS =
      List.of("x", "y", "sample_weight", "calibration_x", "calibration_y");

  private final HeadFitting fitting;

  FitRequests(HeadFitting fitting) {
    this.fitting = fitting;
  }

  /**
   * Plans a job.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where the request cannot be carried out
   */
  PlannedJob plan(String model, InferenceRequest request) {
    fitting.versions().expectFree(model);
    boolean fromFile = request.operatorParameters().containsKey("data");
    Set<String> known = new TreeSet<>(FitOptions.PARAMETERS);
    known.addAll(fromFile ? FileExamples.PARAMETERS : ExampleTensors.PARAMETERS);
    known.add(fromFile ? "calibration_data" : "data");
    JobParameters parameters = new JobParameters(request.operatorParameters(), known);
    JobTensors tensors = new JobTensors(request.inputs(), fromFile ? List.of() : TENSORS);
    FitOptions options = FitOptions.of(parameters, tensors.dataType(), fitting.memoryBudget());
    return fromFile
        ? fromFile(model, options, parameters)
        : fromTensors(model, options, tensors, parameters);
  }

  private PlannedJob fromFile(String model, FitOptions options, JobParameters parameters) {
    FileExamples examples =
        FileExamples.of(fitting.files().resolve(text(parameters, "data")), parameters);
    String calibrationData = parameters.text("calibration_data");
    expectCalibrationData(options, calibrationData != null, "'calibration_data'");
    FileExamples calibration =
        calibrationData == null
            ? null
            : FileExamples.of(fitting.files().resolve(calibrationData), parameters);
    int rows = examples.rows();
    long exampleBytes =
        examples.byteSize(rows)
            + (calibration == null ? 0 : calibration.byteSize(calibration.rows()));
    expectMemory(rows, examples.features(), exampleBytes, options);
    FitExamples.Source source =
        monitor ->
            examples(
                options,
                examples.read(monitor),
                calibration == null ? null : calibration.read(monitor));
    return new FromFile(JobKind.FIT, model, new FitWork(model, options, source, fitting));
  }

  private PlannedJob fromTensors(
      String model, FitOptions options, JobTensors tensors, JobParameters parameters) {
    ExampleTensors examples = ExampleTensors.of(tensors, "x", "y", "sample_weight", parameters);
    boolean there = tensors.has("calibration_x") || tensors.has("calibration_y");
    expectCalibrationData(options, there, "the inputs 'calibration_x' and 'calibration_y'");
    ExampleTensors calibration =
        there
            ? ExampleTensors.of(tensors, "calibration_x", "calibration_y", null, parameters)
            : null;
    expectMemory(examples.rows(), examples.features(), examples.labelBytes(), options);
    return new FromTensors(
        JobKind.FIT,
        model,
        tensors,
        inputs -> {
          FitExamples both =
              examples(
                  options,
                  examples.read(inputs),
                  calibration == null ? null : calibration.read(inputs));
          return new FitWork(model, options, _ -> both, fitting);
        });
  }

  private static String text(JobParameters parameters, String name) {
    String text = parameters.text(name);
    if (text == null) {
      throw new IllegalStateException("this is a bug: there is no " + name);
    }
    return text;
  }

  private static FitExamples examples(
      FitOptions options, TrainingExamples examples, @Nullable TrainingExamples calibration) {
    return options.calibration() != null && calibration == null
        ? FitExamples.split(examples, options.calibrationShare(), options.seed())
        : new FitExamples(examples, calibration);
  }

  private static void expectCalibrationData(FitOptions options, boolean there, String where) {
    boolean needed = options.calibration() != null;
    boolean split = options.calibrationShare() > 0;
    if (needed && there == split) {
      throw invalidArgument(
          "a calibration needs rows that were not trained on: either a 'calibration_share' of the"
              + " rows, or "
              + where);
    }
    if (!needed && there) {
      throw invalidArgument("%s needs a 'calibration'".formatted(where));
    }
  }

  private static void expectMemory(int rows, int features, long exampleBytes, FitOptions options) {
    try {
      HeadTraining.expectMemory(rows, features, exampleBytes, options.training());
    } catch (MemoryBudgetException e) {
      throw invalidArgument(e.getMessage() + " (verhulst.jobs.memory-budget)");
    }
  }
}
