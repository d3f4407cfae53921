package dev.verhulst.heads.training;

/**
 * Where a search has ended.
 *
 * @param end why it ended
 */
record Minimum(double[] point, Evaluation evaluation, int iterations, End end) {

  /** Why a search ends. */
  enum End {
    CONVERGED,
    /** The loss has no minimum: it falls for ever along the direction that separates the labels. */
    SEPARATED,
    /** Rounding hides what is left to gain. */
    ROUNDING,
    TOO_MANY_ITERATIONS
  }
}
