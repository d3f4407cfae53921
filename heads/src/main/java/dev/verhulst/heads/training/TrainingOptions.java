package dev.verhulst.heads.training;

/**
 * How a head is fitted.
 *
 * @param c the inverse of the strength of the L2 penalty, as in scikit-learn: the objective is Σ
 *     weight · loss + |w|² / (2 c), the intercept unpenalised; infinite for no penalty
 * @param standardise whether features are first shifted to mean 0 and scaled to deviation 1
 * @param solver how the least loss is found
 * @param maxIterations after so many iterations a label's fit stops, converged or not
 * @param tolerance a fit has converged when no component of the objective's gradient exceeds this
 *     times the sum of the weights
 * @param memoryBudget how many bytes training may take at most; a larger one is refused at once
 */
public record TrainingOptions(
    double c,
    boolean standardise,
    Solver solver,
    int maxIterations,
    double tolerance,
    long memoryBudget) {

  /** c = 1, standardised, up to 1000 iterations, half of the heap. */
  public static final TrainingOptions DEFAULT =
      new TrainingOptions(
          1, true, Solver.AUTOMATIC, 1000, 1e-9, Runtime.getRuntime().maxMemory() / 2);

  public TrainingOptions {
    if (!(c > 0)) {
      throw new IllegalArgumentException(
          "c must be above 0, got " + c + "; infinity is no penalty at all");
    }
    if (maxIterations < 1) {
      throw new IllegalArgumentException(
          "at least 1 iteration must be allowed, got " + maxIterations);
    }
    if (!(tolerance > 0)) {
      throw new IllegalArgumentException("the tolerance must be above 0, got " + tolerance);
    }
  }

  /** These with another c. */
  public TrainingOptions withC(double newC) {
    return new TrainingOptions(newC, standardise, solver, maxIterations, tolerance, memoryBudget);
  }

  /** These with features standardised or left as they are. */
  public TrainingOptions withStandardise(boolean newStandardise) {
    return new TrainingOptions(c, newStandardise, solver, maxIterations, tolerance, memoryBudget);
  }

  /** These with another solver. */
  public TrainingOptions withSolver(Solver newSolver) {
    return new TrainingOptions(c, standardise, newSolver, maxIterations, tolerance, memoryBudget);
  }

  /** These with another bound on iterations. */
  public TrainingOptions withMaxIterations(int newMaxIterations) {
    return new TrainingOptions(c, standardise, solver, newMaxIterations, tolerance, memoryBudget);
  }

  /** These with another tolerance. */
  public TrainingOptions withTolerance(double newTolerance) {
    return new TrainingOptions(c, standardise, solver, maxIterations, newTolerance, memoryBudget);
  }

  /** These with another memory budget, in bytes. */
  public TrainingOptions withMemoryBudget(long newMemoryBudget) {
    return new TrainingOptions(c, standardise, solver, maxIterations, tolerance, newMemoryBudget);
  }
}
