package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;

/**
 * The exponential function over FP64 lanes, for any species: e^x = 2^n e^r with n = round(x / ln 2)
 * and |r| ≤ ln(2) / 2 (Cody and Waite's reduction).
 */
public final class DoubleExp {

  /** Below it e^x rounds to 0, and above {@link #LARGEST} it overflows. */
  static final double SMALLEST = -746;

  static final double LARGEST = 710;

  static final double LOG2_E = 0x1.71547652b82fep0;

  /** Added to a number below 2⁵⁰ it leaves the nearest integer in the low bits of the sum. */
  static final double SHIFT = 0x1.8p52;

  /** ln 2 to 42 bits, so that its product with n is exact, and the rest. */
  static final double LN2_HIGH = 0x1.62e42fefa38p-1;

  static final double LN2_LOW = 0x1.ef35793c7673p-45;

  /** What undoes the scale of {@link #scaled}. */
  static final double UNSCALE = 0x1p-90;

  static final long SCALE_BITS = 90L << 52;
  private static final long EXPONENT_BITS = 0xfff0000000000000L;
  static final long ONE_BITS = 0x3ff0000000000000L;

  private DoubleExp() {}

  /** e^x within 1 ulp; gradual underflow holds, and NaN stays NaN. */
  public static DoubleVector exp(DoubleVector x) {
    DoubleVector bounded = x.blend(SMALLEST, x.lt(SMALLEST));
    bounded = bounded.blend(LARGEST, x.compare(GT, LARGEST));
    DoubleVector shifted = bounded.lanewise(FMA, LOG2_E, SHIFT);
    DoubleVector n = shifted.sub(SHIFT);
    DoubleVector r = n.lanewise(FMA, -LN2_HIGH, bounded).add(n.mul(-LN2_LOW));
    DoubleVector p = r.add(tail(r)).add(1);
    // 2^n in two factors, because n itself may lie outside the exponents of a double.
    LongVector exponent = shifted.reinterpretAsLongs().lanewise(LSHL, 52);
    LongVector half = exponent.lanewise(ASHR, 1).and(EXPONENT_BITS);
    DoubleVector first = half.add(ONE_BITS).reinterpretAsDoubles();
    DoubleVector second = exponent.sub(half).add(ONE_BITS).reinterpretAsDoubles();
    return p.mul(first).mul(second);
  }

  /**
   * e^(x - y) for x not above y, subnormal results included; NaN stays NaN. What rounding takes
   * from the difference counts.
   */
  public static DoubleVector expOfDifference(DoubleVector x, double y) {
    DoubleVector m = x.sub(y);
    DoubleVector back = m.sub(x);
    DoubleVector low = x.sub(m.sub(back)).sub(back.add(y));
    VectorMask<Double> vanishes = m.compare(LT, -770);
    m = m.blend(-770, vanishes);
    return scaled(m, low.blend(0, vanishes)).mul(UNSCALE);
  }

  /** The hyperbolic secant, 2e / (1 + e²) with e = e^-|x|. */
  public static DoubleVector sech(DoubleVector x) {
    DoubleVector e = exp(x.abs().neg());
    return e.add(e).div(e.lanewise(FMA, e, 1));
  }

  /**
   * 2⁹⁰ e^(x + low) for x in [-770, 0] and a low that x would lose to rounding: never subnormal, so
   * that it can be multiplied before the one rounding that a product with 2⁻⁹⁰ ({@link #UNSCALE})
   * is. NaN stays NaN.
   */
  static DoubleVector scaled(DoubleVector x, DoubleVector low) {
    DoubleVector shifted = x.lanewise(FMA, LOG2_E, SHIFT);
    DoubleVector n = shifted.sub(SHIFT);
    DoubleVector exact = n.lanewise(FMA, -LN2_HIGH, x);
    DoubleVector rest = n.lanewise(FMA, -LN2_LOW, low);
    DoubleVector r = exact.add(rest);
    DoubleVector rLow = exact.sub(r).add(rest);
    DoubleVector p = tail(r).add(rLow).add(r).add(1);
    LongVector exponent = shifted.reinterpretAsLongs().lanewise(LSHL, 52);
    return p.mul(exponent.add(ONE_BITS + SCALE_BITS).reinterpretAsDoubles());
  }

  /**
   * e^r - 1 - r for |r| ≤ ln(2) / 2, to 2⁻⁶⁰ of e^r: r² times the polynomial of degree 8 nearest to
   * it in the maximum norm (Sollya's fpminimax).
   */
  static DoubleVector tail(DoubleVector r) {
    DoubleVector q = r.broadcast(0x1.1f86f0df0b6f2p-29);
    q = q.lanewise(FMA, r, 0x1.af4ecf3058ec3p-26);
    q = q.lanewise(FMA, r, 0x1.27e4cfaefcfe4p-22);
    q = q.lanewise(FMA, r, 0x1.71de01aacddadp-19);
    q = q.lanewise(FMA, r, 0x1.a01a01ab9885dp-16);
    q = q.lanewise(FMA, r, 0x1.a01a01ac1e913p-13);
    q = q.lanewise(FMA, r, 0x1.6c16c16c156a5p-10);
    q = q.lanewise(FMA, r, 0x1.111111111005p-7);
    q = q.lanewise(FMA, r, 0x1.5555555555557p-5);
    q = q.lanewise(FMA, r, 0x1.5555555555557p-3);
    q = q.lanewise(FMA, r, 0x1p-1);
    return q.mul(r).mul(r);
  }
}
