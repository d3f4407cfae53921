package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a kernel of an activation computes: one output of a task. */
enum Pass {
  FORWARD,
  DERIVATIVE,
  BACKWARD;

  /** The passes that a task asks for. */
  static List<Pass> of(ActivationTask task) {
    return Arrays.stream(values()).filter(pass -> pass.output(task) != null).toList();
  }

  /** Where the pass writes, or null where the task does not ask for it. */
  @Nullable MemorySegment output(ActivationTask task) {
    return switch (this) {
      case FORWARD -> task.y();
      case DERIVATIVE -> task.dyDx();
      case BACKWARD -> task.gradX();
    };
  }

  /** Whether it reads the gradient of the output. */
  boolean readsGradY() {
    return this == BACKWARD;
  }

  /** Its part of an entry's name. */
  String entryPart() {
    return name().toLowerCase(Locale.ROOT);
  }
}
