package dev.verhulst.heads.training;

/** A training that would take more memory than it may; nothing of it has begun. */
public final class MemoryBudgetException extends RuntimeException {

  private static final long serialVersionUID = 1;

  MemoryBudgetException(long needed, long budget) {
    super(
        "training needs about %d MiB of memory, the budget is %d MiB; train on fewer rows or features, or raise the budget"
            .formatted(Math.ceilDiv(needed, 1L << 20), budget >> 20));
  }
}
