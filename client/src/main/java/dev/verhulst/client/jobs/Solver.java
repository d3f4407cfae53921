package dev.verhulst.client.jobs;

/** How the least loss is found. */
public enum Solver {
  /** Newton's method for few features, L-BFGS for many. */
  AUTOMATIC,
  /** Newton's method. */
  NEWTON,
  /** Limited-memory BFGS. */
  LBFGS
}
