package dev.verhulst.benchmarks.gpu;

/** One thing that the rig verifies or measures. */
abstract class Step {

  private final String name;

  /**
   * @param name its name in the table, in the record and in the plan's budgets
   */
  Step(String name) {
    this.name = name;
  }

  final String name() {
    return name;
  }

  /**
   * Does it, or as much of it as fits before the deadline. What it throws counts as a failure.
   *
   * @param deadline looked at between pieces of work that take a few seconds at most
   */
  abstract Outcome run(Deadline deadline) throws Exception;
}
