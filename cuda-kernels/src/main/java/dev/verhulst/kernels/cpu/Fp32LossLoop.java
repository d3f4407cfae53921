package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.lanes.FloatExp;
import dev.verhulst.kernels.lanes.FloatLog1p;
import dev.verhulst.kernels.lanes.FloatTables;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Binary cross-entropy with logits in FP32: a template that {@link LoopWeaver} flattens, with a
 * {@link LossVariant} as its class data.
 *
 * <p>With e = e^-|z|, l = log1p(e), u = w t and v = 1 - t the loss is (u + v) l + |z| (z < 0 ? u :
 * v): no term is negative, so that nothing cancels. The gradient is ((z < 0 ? v e - u : v - u e)) /
 * (1 + e).
 */
final class Fp32LossLoop extends LossLoop {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final boolean WEIGHT;
  private static final boolean POS_WEIGHT;
  private static final boolean WRITTEN;
  private static final boolean SUMMED;
  private static final boolean GRADIENT;

  static {
    try {
      LossVariant variant = MethodHandles.classData(MethodHandles.lookup(), "_", LossVariant.class);
      WEIGHT = variant.weight();
      POS_WEIGHT = variant.posWeight();
      WRITTEN = variant.loss() == LossVariant.Loss.WRITTEN;
      SUMMED = variant.loss() == LossVariant.Loss.SUMMED;
      GRADIENT = variant.gradient();
    } catch (IllegalAccessException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

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
      long sums) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < count; i += LENGTH) {
      long offset = (long) i * Float.BYTES;
      FloatVector z = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, logits + offset, ORDER);
      FloatVector t = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, target + offset, ORDER);
      FloatVector magnitude = z.abs();
      FloatVector a = magnitude.blend(104, magnitude.compare(VectorOperators.GT, 104));
      FloatVector e = FloatTables.USABLE ? FloatTables.exp(a.neg()) : FloatExp.expOfMinus(a);
      VectorMask<Float> positive = z.compare(VectorOperators.GE, 0);
      FloatVector v = t.broadcast(1).sub(t);
      FloatVector u = t;
      if (POS_WEIGHT) {
        u = t.mul(FloatVector.fromMemorySegment(SPECIES, EVERYTHING, posWeight + offset, ORDER));
      }
      if (WRITTEN || SUMMED) {
        FloatVector l = FloatTables.USABLE ? FloatTables.log1p(e) : FloatLog1p.log1p(e);
        FloatVector linear = u.blend(v, positive);
        FloatVector y =
            POS_WEIGHT ? l.fma(u.add(v), magnitude.mul(linear)) : magnitude.fma(linear, l);
        if (WEIGHT) {
          y = y.mul(FloatVector.fromMemorySegment(SPECIES, EVERYTHING, weight + offset, ORDER));
        }
        if (WRITTEN) {
          y.intoMemorySegment(EVERYTHING, loss + offset, ORDER);
        } else {
          sum = sum.add(y);
        }
      }
      if (GRADIENT) {
        if (FloatTables.USABLE) {
          // The tables' e is divided by it.
          e = e.mul(FloatTables.SCALE);
        }
        FloatVector minusU = u.neg();
        FloatVector g = v.blend(minusU, positive).fma(e, minusU.blend(v, positive));
        g = g.div(e.add(1)).mul((float) scale);
        if (WEIGHT) {
          g = g.mul(FloatVector.fromMemorySegment(SPECIES, EVERYTHING, weight + offset, ORDER));
        }
        g.intoMemorySegment(EVERYTHING, gradient + offset, ORDER);
      }
    }
    if (SUMMED) {
      sum.intoMemorySegment(EVERYTHING, sums, ORDER);
    }
  }
}
