package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.DoubleVector;

/** The algebraic sigmoid and the powers of 1 + x², over FP64 lanes, for any species. */
public final class DoubleAlgebraic {

  /** From it on x / √(1 + x²) rounds to 1. */
  private static final double FLAT = 0x1p60;

  /** Near it x² overflows. */
  private static final double LARGE = 0x1p500;

  private static final double LARGE_SCALE = 0x1p-600;

  private DoubleAlgebraic() {}

  /** x / √(1 + x²), with what 1 + x² and the root lose to rounding put back. */
  public static DoubleVector algebraic(DoubleVector x) {
    DoubleVector a = x.abs();
    a = a.blend(FLAT, a.compare(GT, FLAT));
    DoubleVector one = x.broadcast(1);
    DoubleVector square = a.mul(a);
    DoubleVector squareLow = a.fma(a, square.neg());
    DoubleVector sum = square.add(one);
    DoubleVector part = sum.sub(square);
    DoubleVector sumLow = square.sub(sum.sub(part)).add(one.sub(part)).add(squareLow);
    DoubleVector root = sum.sqrt();
    // √(sum + low) - root, as a share of the root.
    DoubleVector lost = root.neg().fma(root, sum).add(sumLow).div(sum.add(sum));
    DoubleVector quotient = a.div(root);
    return DoubleSign.of(x, quotient.neg().fma(lost, quotient));
  }

  /** (1 + x²)^(-3/2). */
  public static DoubleVector derivative(DoubleVector x) {
    DoubleVector cosine = x.broadcast(1).div(x.mul(x).add(1).sqrt());
    return cosine.mul(cosine).mul(cosine);
  }

  /** 1 / (1 + x²), to its last subnormal: for a large x as (c / (c² + (c x)²)) c. */
  public static DoubleVector arctanDerivative(DoubleVector x) {
    DoubleVector c = x.broadcast(1).blend(LARGE_SCALE, x.abs().compare(GT, LARGE));
    DoubleVector scaled = x.mul(c);
    return c.div(scaled.fma(scaled, c.mul(c))).mul(c);
  }
}
