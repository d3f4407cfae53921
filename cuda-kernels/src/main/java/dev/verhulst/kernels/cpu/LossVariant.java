package dev.verhulst.kernels.cpu;

/**
 * What a loop of the binary cross-entropy computes, and from what. Each has a loop of its own.
 *
 * @param weight whether each element has a weight
 * @param posWeight whether each element has a weight of the positive class
 * @param loss what becomes of the losses
 * @param gradient whether gradients are written
 */
record LossVariant(boolean weight, boolean posWeight, Loss loss, boolean gradient) {

  /** What becomes of the losses. */
  enum Loss {
    UNUSED,
    WRITTEN,
    SUMMED
  }

  /** How many variants there are. */
  static final int COUNT = 2 * 2 * Loss.values().length * 2;

  /** A number of its own below {@link #COUNT}. */
  int index() {
    int index = loss.ordinal();
    index = 2 * index + (weight ? 1 : 0);
    index = 2 * index + (posWeight ? 1 : 0);
    return 2 * index + (gradient ? 1 : 0);
  }
}
