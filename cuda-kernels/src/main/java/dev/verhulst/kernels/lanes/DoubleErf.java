package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;

/**
 * The error function and the functions made of it, over FP64 lanes, for any species. Both tails
 * come from erfcx(t) = e^(t²) erfc(t), which is smooth.
 */
public final class DoubleErf {

  /** From it on erf(x) rounds to 1. */
  private static final double FLAT = 6;

  /** Beyond it e^(-x²) rounds to 0. */
  private static final double GAUSSIAN_END = 27.5;

  /** Beyond it x Φ(-x) rounds to 0. */
  private static final double NORMAL_END = 39;

  private static final double SQRT_HALF = 0x1.6a09e667f3bcdp-1;
  private static final double TWO_OVER_SQRT_PI = 0x1.20dd750429b6dp+0;
  private static final double ONE_OVER_SQRT_2_PI = 0x1.9884533d43651p-2;

  private DoubleErf() {}

  /** erf(x). */
  public static DoubleVector erf(DoubleVector x) {
    DoubleVector a = x.abs();
    a = a.blend(FLAT, a.compare(GT, FLAT));
    DoubleVector square = a.mul(a);
    DoubleVector large = erfcx(a, x.broadcast(1)).mul(DoubleExp.exp(square.neg())).neg().add(1);
    DoubleVector small = smallFactor(square).fma(a, a);
    return DoubleSign.of(x, small.blend(large, a.compare(GT, 1)));
  }

  /** The derivative of erf, 2/√π e^(-x²). */
  public static DoubleVector erfDerivative(DoubleVector x) {
    DoubleVector a = x.abs();
    a = a.blend(GAUSSIAN_END, a.compare(GT, GAUSSIAN_END));
    DoubleVector square = a.mul(a).neg();
    DoubleVector lost = a.neg().fma(a, square.neg());
    return DoubleExp.scaled(square, lost).mul(TWO_OVER_SQRT_PI).mul(DoubleExp.UNSCALE);
  }

  /** GELU, x Φ(x), to its last subnormal. */
  public static DoubleVector gelu(DoubleVector x) {
    DoubleVector a = x.abs();
    a = a.blend(NORMAL_END, a.compare(GT, NORMAL_END));
    VectorMask<Double> right = x.compare(GE, 0);
    DoubleVector factor = a.blend(1, right).mul(0.5);
    DoubleVector tail = gaussian(a).mul(erfcx(a.mul(SQRT_HALF), factor));
    DoubleVector positive = tail.lanewise(FMA, -DoubleExp.UNSCALE, x.broadcast(1)).mul(x);
    return tail.mul(-DoubleExp.UNSCALE).blend(positive, right);
  }

  /** The derivative of GELU, Φ(x) + x φ(x), with the density φ. */
  public static DoubleVector geluDerivative(DoubleVector x) {
    DoubleVector a = x.abs();
    a = a.blend(NORMAL_END, a.compare(GT, NORMAL_END));
    DoubleVector half = erfcx(a.mul(SQRT_HALF), x.broadcast(0.5));
    DoubleVector sum = a.lanewise(FMA, -ONE_OVER_SQRT_2_PI, half);
    DoubleVector negative = gaussian(a).mul(sum).mul(DoubleExp.UNSCALE);
    return negative.blend(negative.neg().add(1), x.compare(GE, 0));
  }

  /** 2⁹⁰ e^(-a²/2). */
  private static DoubleVector gaussian(DoubleVector a) {
    DoubleVector square = a.mul(a);
    DoubleVector lost = a.fma(a, square.neg());
    return DoubleExp.scaled(square.mul(-0.5), lost.mul(-0.5));
  }

  /**
   * erf(x) / x - 1 for x² ≤ 1, to 2⁻⁵⁹ of erf(x) / x: a polynomial of degree 12 in x², nearest to
   * it in the maximum norm (Sollya's fpminimax) with its first coefficient given.
   */
  private static DoubleVector smallFactor(DoubleVector square) {
    DoubleVector p = square.broadcast(0x1.1adaa79e2cd57p-34);
    p = p.lanewise(FMA, square, -0x1.402ed1697f0e8p-30);
    p = p.lanewise(FMA, square, 0x1.fa194ecfcf0f6p-27);
    p = p.lanewise(FMA, square, -0x1.5f561fbbe86c4p-23);
    p = p.lanewise(FMA, square, 0x1.b9e56e2f79dap-20);
    p = p.lanewise(FMA, square, -0x1.f4d25b3b65972p-17);
    p = p.lanewise(FMA, square, 0x1.f9a327be3426fp-14);
    p = p.lanewise(FMA, square, -0x1.c02db40b05324p-11);
    p = p.lanewise(FMA, square, 0x1.565bcd0eaf7b2p-8);
    p = p.lanewise(FMA, square, -0x1.b82ce3128a6fap-6);
    p = p.lanewise(FMA, square, 0x1.ce2f21a042c2fp-4);
    p = p.lanewise(FMA, square, -0x1.812746b0379e7p-2);
    return p.lanewise(FMA, square, TWO_OVER_SQRT_PI - 1);
  }

  /**
   * factor · erfcx(t) for t in [0, 28], to 2⁻⁵⁶: (1 + 2t) erfcx(t) is a polynomial of degree 22 in
   * (t - 4) / (t + 4), nearest to it in relative error (Sollya's fpminimax; the form is Shepherd's
   * and Laframboise's, 1981).
   */
  private static DoubleVector erfcx(DoubleVector t, DoubleVector factor) {
    // Rounded so that t ± 4 and 1 + 2t are exact; what that takes is put back by the derivative.
    DoubleVector denominator = t.add(4);
    DoubleVector rounded = denominator.sub(4);
    DoubleVector q = rounded.sub(4).div(denominator);
    DoubleVector p = q.broadcast(-0x1.d824e327d0575p-30);
    p = p.lanewise(FMA, q, -0x1.cbf3315956f0dp-27);
    p = p.lanewise(FMA, q, -0x1.0b46f39000d99p-27);
    p = p.lanewise(FMA, q, 0x1.ec09b816c8453p-24);
    p = p.lanewise(FMA, q, 0x1.0bf55cea47f83p-24);
    p = p.lanewise(FMA, q, -0x1.bfe12e5f56b76p-21);
    p = p.lanewise(FMA, q, 0x1.44392f280fddcp-22);
    p = p.lanewise(FMA, q, 0x1.7fae642036025p-18);
    p = p.lanewise(FMA, q, -0x1.78a872a536447p-17);
    p = p.lanewise(FMA, q, -0x1.9969d632ed144p-16);
    p = p.lanewise(FMA, q, 0x1.3be0d2ddd47c9p-13);
    p = p.lanewise(FMA, q, -0x1.a1de83cd14e9bp-13);
    p = p.lanewise(FMA, q, -0x1.8d4a9feefa12cp-11);
    p = p.lanewise(FMA, q, 0x1.49c67191a331fp-8);
    p = p.lanewise(FMA, q, -0x1.09623880775f6p-6);
    p = p.lanewise(FMA, q, 0x1.3079edf9f9c97p-5);
    p = p.lanewise(FMA, q, -0x1.0fb06dfe58cb8p-4);
    p = p.lanewise(FMA, q, 0x1.7fee004df6aacp-4);
    p = p.lanewise(FMA, q, -0x1.9ddb23c3e8a4dp-4);
    p = p.lanewise(FMA, q, 0x1.16ecefcfa6044p-4);
    p = p.lanewise(FMA, q, 0x1.f7f5df66fd71ep-7);
    p = p.lanewise(FMA, q, -0x1.1df1ad154a29cp-3);
    DoubleVector rest = p.lanewise(FMA, q, -0x1.a32249cf9ebe2p-55);
    p = rest.add(0x1.3ba5916e9fd7fp0);
    DoubleVector pLow = rest.sub(p.sub(0x1.3ba5916e9fd7fp0));
    DoubleVector twice = rounded.add(rounded);
    DoubleVector divisor = twice.add(1);
    DoubleVector reciprocal = t.broadcast(1).div(divisor);
    DoubleVector value = p.mul(reciprocal);
    DoubleVector slope = value.fma(twice, t.broadcast(-TWO_OVER_SQRT_PI));
    DoubleVector low = value.neg().fma(divisor, p).add(pLow).mul(reciprocal);
    low = t.sub(rounded).fma(slope, low);
    DoubleVector product = factor.mul(value);
    return factor.fma(low, factor.fma(value, product.neg())).add(product);
  }
}
