package dev.verhulst.kernels.cpu;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The operands with one value per channel of several tasks, of which some have none. */
final class PeriodicOperands implements AutoCloseable {

  private final @Nullable PeriodicOperand[] operands;

  /**
   * @param count how many tasks there are
   * @param operand makes the operand of a task; null for none
   */
  PeriodicOperands(int count, IntFunction<@Nullable PeriodicOperand> operand) {
    operands = new PeriodicOperand[count];
    boolean complete = false;
    try {
      for (int i = 0; i < count; i++) {
        operands[i] = operand.apply(i);
      }
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  /** The operand of a task, or null. */
  @Nullable PeriodicOperand get(int task) {
    return operands[task];
  }

  @Override
  public void close() {
    for (PeriodicOperand operand : operands) {
      if (operand != null) {
        operand.close();
      }
    }
  }
}
