package dev.verhulst.kernels.cuda.ptx;

import java.util.concurrent.atomic.LongAdder;

/**
 * One instruction: what it does to the thread that executes it.
 *
 * @param text as it stands in the PTX
 * @param predicate the register that decides whether it is executed, or -1
 * @param negated whether it is executed where the predicate is false
 * @param operation what it does
 * @param kind what happens to the thread then
 */
record Instruction(String text, int predicate, boolean negated, Operation operation, Kind kind) {

  /** What it is called, e.g. {@code fma.rn.f64}. */
  String name() {
    String[] words = text.split(" ", -1);
    return words[predicate >= 0 ? 1 : 0];
  }

  /** The same, which counts how often it is executed. */
  Instruction counting(LongAdder executed) {
    return new Instruction(
        text,
        predicate,
        negated,
        lane -> {
          executed.increment();
          operation.execute(lane);
        },
        kind);
  }

  /** What an instruction does to the thread that executes it. */
  @FunctionalInterface
  interface Operation {
    void execute(Lane lane);
  }

  /** Whether the thread goes on after an instruction, or what it waits for. */
  enum Kind {
    PLAIN,
    SHUFFLE,
    BARRIER,
    RETURN
  }
}
