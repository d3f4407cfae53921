package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.lang.foreign.ValueLayout;

/**
 * Binary cross-entropy with logits. The inputs are the logits, the targets, the weights and the
 * weights of the positive class; the outputs are the losses, unless they are summed, and the
 * gradients.
 *
 * @param scale what every gradient is multiplied with
 */
record LossKernel(LossLoop loop, LossVariant variant, boolean isDouble, double scale)
    implements Kernel {

  /** So large that its loss for the target 0 is 0, and representable in every type. */
  private static final float PADDING_LOGIT = -1000;

  @Override
  public int step() {
    return loop.step();
  }

  @Override
  public void compute(
      long logits,
      long target,
      long weight,
      long posWeight,
      long loss,
      long gradient,
      int count,
      Scratch scratch) {
    long sum = scratch.sum();
    long sums = sum + 2 * Double.BYTES;
    loop.compute(logits, target, weight, posWeight, loss, gradient, count, scale, sums);
    if (variant.loss() == LossVariant.Loss.SUMMED) {
      add(sums, sum);
    }
  }

  /** Adds up the lanes, in order: their sum must not depend on how the loop was compiled. */
  private void add(long sums, long sum) {
    double total = EVERYTHING.get(ValueLayout.JAVA_DOUBLE, sum);
    double lost = EVERYTHING.get(ValueLayout.JAVA_DOUBLE, sum + Double.BYTES);
    int terms = isDouble ? 2 * loop.step() : loop.step();
    for (int i = 0; i < terms; i++) {
      double term =
          isDouble
              ? EVERYTHING.get(ValueLayout.JAVA_DOUBLE, sums + (long) i * Double.BYTES)
              : EVERYTHING.get(ValueLayout.JAVA_FLOAT, sums + (long) i * Float.BYTES);
      if (i >= loop.step() && Double.isNaN(term)) {
        continue; // Nothing is lost from a lane whose sum is infinite.
      }
      double next = total + term;
      lost += Rounding.lost(total, term, next);
      total = next;
    }
    EVERYTHING.set(ValueLayout.JAVA_DOUBLE, sum, total);
    EVERYTHING.set(ValueLayout.JAVA_DOUBLE, sum + Double.BYTES, lost);
  }

  @Override
  public boolean mayRepeat() {
    return false;
  }

  @Override
  public float padding(int input) {
    return input == 0 ? PADDING_LOGIT : 0;
  }
}
