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
   * The loss, but negative.
   *
   * <p>Where u is t it is -log1p(e) + z d, d as in {@link #difference}; z d is not positive.
   *
   * @param e what {@link #exp} gave
   * @param weighted whether u is something else than t
   */
  static FloatVector minusValue(
      FloatVector z, FloatVector e, FloatVector u, FloatVector v, boolean weighted) {
    FloatVector minusL =
        FloatTables.USABLE
            ? FloatTables.shortMinusLog1p(e, FloatTables.roughExp(FloatExp.minusMagnitude(z, -104)))
            : FloatLog1p.minusLog1p(e);
    return weighted
        ? minusL.fma(u.add(v), u.blend(v, positive(z)).mul(z.abs().neg()))
        : z.fma(difference(z, u), minusL);
  }

  /**
   * The gradient.
   *
   * @param e what {@link #exp} gave
   * @param weighted whether u is something else than t
   */
  static FloatVector gradient(
      FloatVector z, FloatVector e, FloatVector u, FloatVector v, boolean weighted, float scale) {
    return gradient(z, e, FloatTables.USABLE ? FloatTables.SCALE : 1, u, v, weighted, scale);
  }

  /**
   * The gradient.
   *
   * <p>Where u is t it is (z < 0 ? e : -e) / (1 + e) - d, d as in {@link #difference}.
   *
   * @param e what, multiplied by {@code factor}, is e^-|z|
   */
  static FloatVector gradient(
      FloatVector z,
      FloatVector e,
      float factor,
      FloatVector u,
      FloatVector v,
      boolean weighted,
      float scale) {
    FloatVector sum = factor == 1 ? e.add(1) : e.lanewise(VectorOperators.FMA, factor, 1f);
    if (weighted) {
      VectorMask<Float> positive = positive(z);
      FloatVector minusU = u.neg();
      FloatVector power = e.mul(factor);
      FloatVector g = v.blend(minusU, positive).fma(power, minusU.blend(v, positive));
      return g.div(sum).mul(scale);
    }
    FloatVector signed =
        z.reinterpretAsInts()
            .and(FloatExp.SIGN)
            .lanewise(VectorOperators.XOR, e.reinterpretAsInts())
            .reinterpretAsFloats();
    FloatVector quotient = signed.div(sum);
    FloatVector d = difference(z, u);
    FloatVector minusG =
        factor == 1 ? quotient.add(d) : quotient.lanewise(VectorOperators.FMA, factor, d);
    return minusG.mul(-scale);
  }

  /** Where z is not negative, by its sign. */
  static VectorMask<Float> positive(FloatVector z) {
    return z.reinterpretAsInts().compare(VectorOperators.GE, 0).cast(z.species());
  }

  /** d = t - (z < 0 ? 0 : 1). */
  static FloatVector difference(FloatVector z, FloatVector t) {
    return t.lanewise(VectorOperators.SUB, 1, positive(z));
  }
}
