package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.lanes.FloatExp;
import dev.verhulst.kernels.lanes.FloatLog1p;
import dev.verhulst.kernels.lanes.FloatTables;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Binary cross-entropy with logits over FP32 lanes.
 *
 * <p>With e = e^-|z|, l = log1p(e), u = w t and v = 1 - t the loss is (u + v) l + |z| (z < 0 ? u :
 * v): no term is negative, so that nothing cancels. The gradient is ((z < 0 ? v e - u : v - u e)) /
 * (1 + e).
 */
final class LossLanes {

  private LossLanes() {}

  /**
   * e, divided by {@link FloatTables#SCALE} where there are tables.
   *
   * @param keepsNan whether it is NaN where z is; any number otherwise
   */
  static FloatVector exp(FloatVector z, boolean keepsNan) {
    FloatVector m = FloatExp.minusMagnitude(z, -104);
    FloatVector e = FloatTables.USABLE ? FloatTables.exp(m) : FloatExp.expOfMinus(m.neg());
    return keepsNan ? e.blend(z, z.compare(VectorOperators.NE, z)) : e;
  }

  /**
   * The loss.
   *
   * @param e what {@link #exp} gave
   * @param weighted whether u is something else than t
   */
  static FloatVector value(
      FloatVector z, FloatVector e, FloatVector u, FloatVector v, boolean weighted) {
    FloatVector l = FloatTables.USABLE ? FloatTables.log1p(e) : FloatLog1p.log1p(e);
    FloatVector linear = u.blend(v, z.compare(VectorOperators.GE, 0));
    return weighted ? l.fma(u.add(v), z.abs().mul(linear)) : z.abs().fma(linear, l);
  }

  /**
   * The gradient.
   *
   * @param e what {@link #exp} gave
   */
  static FloatVector gradient(
      FloatVector z, FloatVector e, FloatVector u, FloatVector v, float scale) {
    FloatVector power = FloatTables.USABLE ? e.mul(FloatTables.SCALE) : e;
    return gradientOfPower(z, power, u, v, scale);
  }

  /**
   * The gradient.
   *
   * @param power e
   */
  static FloatVector gradientOfPower(
      FloatVector z, FloatVector power, FloatVector u, FloatVector v, float scale) {
    VectorMask<Float> positive = z.compare(VectorOperators.GE, 0);
    FloatVector minusU = u.neg();
    FloatVector g = v.blend(minusU, positive).fma(power, minusU.blend(v, positive));
    return g.div(power.add(1)).mul(scale);
  }
}
