package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.lanes.DoubleExp;
import dev.verhulst.kernels.lanes.DoubleLog1p;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Binary cross-entropy with logits in FP64: a template that {@link LoopWeaver} flattens, with a
 * {@link LossVariant} as its class data.
 *
 * <p>With e = e^-|z|, l = log1p(e), u = w t and v = 1 - t the loss is (u + v) l + |z| (z < 0 ? u :
 * v): no term is negative, so that nothing cancels. The gradient is ((z < 0 ? v e - u : v - u e)) /
 * (1 + e).
 */
final class Fp64LossLoop extends LossLoop {

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final LossVariant VARIANT =
      Loops.variant(MethodHandles.lookup(), LossVariant.class);
  private static final boolean WEIGHT = VARIANT.weight();
  private static final boolean POS_WEIGHT = VARIANT.posWeight();
  private static final boolean WRITTEN = VARIANT.loss() == LossVariant.Loss.WRITTEN;
  private static final boolean SUMMED = VARIANT.loss() == LossVariant.Loss.SUMMED;
  private static final boolean GRADIENT = VARIANT.gradient();

  @Override
  int step() {
    return LENGTH;
  }

  @Override
  void compute(
      long logits,
      long target,
      long weight,
      long posWeight,
      long loss,
      long gradient,
      int count,
      double scale,
      long sums,
      float[][] floats) {
    DoubleVector sum = DoubleVector.zero(SPECIES);
    DoubleVector lost = DoubleVector.zero(SPECIES);
    for (int i = 0; i < count; i += LENGTH) {
      long offset = (long) i * Double.BYTES;
      DoubleVector z = DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, logits + offset, ORDER);
      DoubleVector t = DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, target + offset, ORDER);
      DoubleVector magnitude = z.abs();
      DoubleVector a = magnitude.blend(746, magnitude.compare(VectorOperators.GT, 746));
      DoubleVector e = DoubleExp.exp(a.neg());
      VectorMask<Double> positive = z.compare(VectorOperators.GE, 0);
      DoubleVector v = t.broadcast(1).sub(t);
      DoubleVector u = t;
      if (POS_WEIGHT) {
        u = t.mul(DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, posWeight + offset, ORDER));
      }
      if (WRITTEN || SUMMED) {
        DoubleVector l = DoubleLog1p.log1p(e);
        DoubleVector linear = u.blend(v, positive);
        DoubleVector y =
            POS_WEIGHT ? l.fma(u.add(v), magnitude.mul(linear)) : magnitude.fma(linear, l);
        if (WEIGHT) {
          y = y.mul(DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, weight + offset, ORDER));
        }
        if (WRITTEN) {
          y.intoMemorySegment(EVERYTHING, loss + offset, ORDER);
        } else {
          // What rounding takes from the sum.
          DoubleVector next = sum.add(y);
          lost = lost.add(y.sub(next.sub(sum)));
          sum = next;
        }
      }
      if (GRADIENT) {
        DoubleVector minusU = u.neg();
        DoubleVector g = v.blend(minusU, positive).fma(e, minusU.blend(v, positive));
        g = g.div(e.add(1)).mul(scale);
        if (WEIGHT) {
          g = g.mul(DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, weight + offset, ORDER));
        }
        g.intoMemorySegment(EVERYTHING, gradient + offset, ORDER);
      }
    }
    if (SUMMED) {
      sum.intoMemorySegment(EVERYTHING, sums, ORDER);
      lost.intoMemorySegment(EVERYTHING, sums + SPECIES.vectorByteSize(), ORDER);
    }
  }
}
