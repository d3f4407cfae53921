package dev.verhulst.service.jobs;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.heads.calibration.CalibrationMethod;
import dev.verhulst.heads.safetensors.ElementType;
import dev.verhulst.heads.training.Solver;
import dev.verhulst.heads.training.TrainingOptions;
import dev.verhulst.kernels.DataType;
import dev.verhulst.service.inference.InferenceException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a job fits a head.
 *
 * @param training how it is trained
 * @param type the type that its weights are saved in
 * @param calibration how it is calibrated then; null for not at all
 * @param calibrationShare the share of the rows that is kept from training for that; 0 where they
 *     come apart
 * @param seed decides which rows those are
 */
record FitOptions(
    TrainingOptions training,
    ElementType type,
    @Nullable CalibrationMethod calibration,
    double calibrationShare,
    long seed) {

  /** The parameters that say so. */
  static final Set<String> PARAMETERS =
      Set.of(
          "c",
          "standardise",
          "solver",
          "max_iterations",
          "tolerance",
          "weights_datatype",
          "calibration",
          "calibration_share",
          "seed");

  /**
   * @param usualType the type of weights where the parameters name none
   * @param memoryBudget how many bytes training may take
   * @throws InferenceException of kind INVALID_ARGUMENT where a value cannot be
   */
  static FitOptions of(JobParameters parameters, DataType usualType, long memoryBudget) {
    CalibrationMethod method = parameters.constant("calibration", CalibrationMethod.class);
    double share = parameters.number("calibration_share", 0);
    if (!(share >= 0 && share < 1)) {
      throw invalidArgument(
          "parameter 'calibration_share' must be at least 0 and below 1, got " + share);
    }
    if (method == null) {
      parameters.expectAbsent("calibration_share", "needs a 'calibration'");
    }
    return new FitOptions(
        training(parameters, memoryBudget),
        type(parameters, usualType),
        method,
        share,
        parameters.integer("seed", 0));
  }

  private static TrainingOptions training(JobParameters parameters, long memoryBudget) {
    TrainingOptions usual = TrainingOptions.DEFAULT;
    Solver solver = parameters.constant("solver", Solver.class);
    long maxIterations = parameters.integer("max_iterations", usual.maxIterations());
    try {
      return usual
          .withC(parameters.number("c", usual.c()))
          .withStandardise(parameters.bool("standardise", usual.standardise()))
          .withSolver(solver == null ? usual.solver() : solver)
          .withMaxIterations(Math.clamp(maxIterations, 0, Integer.MAX_VALUE))
          .withTolerance(parameters.number("tolerance", usual.tolerance()))
          .withMemoryBudget(memoryBudget);
    } catch (IllegalArgumentException e) {
      throw invalidArgument(String.valueOf(e.getMessage()));
    }
  }

  private static ElementType type(JobParameters parameters, DataType usual) {
    String datatype = Objects.requireNonNullElse(parameters.text("weights_datatype"), usual.name());
    return switch (datatype) {
      case "FP32" -> ElementType.F32;
      case "FP64" -> ElementType.F64;
      default ->
          throw invalidArgument(
              "parameter 'weights_datatype' must be FP32 or FP64, got '%s'".formatted(datatype));
    };
  }
}
