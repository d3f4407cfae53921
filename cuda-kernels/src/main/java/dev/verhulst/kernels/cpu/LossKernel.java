package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

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
    loop.compute(
        logits, target, weight, posWeight, loss, gradient, count, scale, sums, scratch.floats);
    if (variant.loss() == LossVariant.Loss.SUMMED) {
      add(sums, sum);
    }
  }

  /** Adds up the lanes, in order: their sum must not depend on how the loop was compiled. */
  private void add(long sums, long sum) {
    if (isDouble) {
      for (int i = 0; i < loop.step(); i++) {
        long lane = sums + (long) i * Double.BYTES;
        double lost =
            EVERYTHING.get(ValueLayout.JAVA_DOUBLE, lane + (long) loop.step() * Double.BYTES);
        // Nothing is lost from a lane whose sum is infinite.
        add(EVERYTHING.get(ValueLayout.JAVA_DOUBLE, lane), Double.isNaN(lost) ? 0 : lost, sum);
      }
    } else {
      // A double has 29 bits more than each of these few floats: their sum is nearly exact.
      double lanes = 0;
      for (int i = 0; i < FloatVector.SPECIES_PREFERRED.length(); i++) {
        lanes += EVERYTHING.get(ValueLayout.JAVA_FLOAT, sums + (long) i * Float.BYTES);
      }
      add(lanes, 0, sum);
    }
  }

  /** Adds a term to the sum, and what was lost of it and now is to what rounding took from that. */
  private static void add(double term, double lostBefore, long sum) {
    double total = EVERYTHING.get(ValueLayout.JAVA_DOUBLE, sum);
    double lost = EVERYTHING.get(ValueLayout.JAVA_DOUBLE, sum + Double.BYTES);
    double next = total + term;
    EVERYTHING.set(ValueLayout.JAVA_DOUBLE, sum, next);
    EVERYTHING.set(
        ValueLayout.JAVA_DOUBLE,
        sum + Double.BYTES,
        lost + lostBefore + Rounding.lost(total, term, next));
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
