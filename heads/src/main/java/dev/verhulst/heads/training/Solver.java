package dev.verhulst.heads.training;

/** How the least loss is found. */
public enum Solver {
  /** Newton up to {@link #NEWTON_FEATURES} features, L-BFGS beyond. */
  AUTOMATIC,
  /** Newton's method with Cholesky's decomposition of the Hessian: few, dear iterations. */
  NEWTON,
  /** Limited-memory BFGS: many, cheap iterations. */
  LBFGS;

  /** Up to so many features a Hessian is cheap to form and to decompose. */
  static final int NEWTON_FEATURES = 500;

  /** The method for a number of features: {@link #NEWTON} or {@link #LBFGS}. */
  Solver resolve(int features) {
    return switch (this) {
      case AUTOMATIC -> features <= NEWTON_FEATURES ? NEWTON : LBFGS;
      case NEWTON, LBFGS -> this;
    };
  }
}
