package dev.verhulst.benchmarks.gpu;

import java.util.Locale;

/** How a step of the rig ended. */
enum Verdict {
  /** All of it was done, and all of it is right. */
  PASSED,
  /** Something is wrong. */
  FAILED,
  /** What was done is right, but the time did not do for all of it. */
  CUT_SHORT,
  /** The machine has not what it needs. */
  ABSENT;

  /** As the table and the record write it. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The verdict on work that found nothing wrong. */
  static Verdict ofComplete(boolean complete) {
    return complete ? PASSED : CUT_SHORT;
  }
}
