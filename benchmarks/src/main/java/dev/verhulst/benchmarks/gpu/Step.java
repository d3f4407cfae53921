package dev.verhulst.benchmarks.gpu;

/** One thing that the rig verifies or measures. */
interface Step {

  /** Its name in the table, in the record and in the plan's budgets. */
  String name();

  /**
   * Does it, or as much of it as fits before the deadline. What it throws counts as a failure.
   *
   * @param deadline looked at between pieces of work that take a few seconds at most
   */
  Outcome run(Deadline deadline) throws Exception;
}
