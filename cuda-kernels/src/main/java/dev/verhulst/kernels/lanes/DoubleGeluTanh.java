package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.DoubleVector;

/**
 * The approximation of GELU by tanh, x σ(u) with u = 2 √(2/π) (x + 0.044715 x³), over FP64 lanes,
 * for any species. In the tail σ(u) = e^u, where an error of u counts |u| times; so u is a sum of
 * two doubles.
 */
public final class DoubleGeluTanh {

  /** 2 √(2/π), and what the double loses of it. */
  private static final double LINEAR = 0x1.9884533d43651p+0;

  private static final double LINEAR_LOW = -0x1.cbc0d30ebfd15p-54;

  /** 2 √(2/π) 0.044715, and what the double loses of it. */
  private static final double CUBIC = 0x1.2444f2a4d8b4bp-4;

  private static final double CUBIC_LOW = -0x1.6c843a29d1c70p-61;

  /** Beyond it σ(u) rounds to 0, or to 1. */
  private static final double FLAT = 22;

  private DoubleGeluTanh() {}

  /** The value. */
  public static DoubleVector value(DoubleVector x) {
    DoubleVector bounded = bounded(x);
    DoubleVector square = bounded.mul(bounded);
    DoubleVector squareLow = bounded.fma(bounded, square.neg());
    DoubleVector cubic = square.mul(CUBIC);
    DoubleVector cubicLow = square.lanewise(FMA, CUBIC, cubic.neg());
    cubicLow = cubicLow.add(squareLow.mul(CUBIC)).add(square.mul(CUBIC_LOW));
    DoubleVector factor = cubic.add(LINEAR);
    DoubleVector part = factor.sub(cubic);
    DoubleVector factorLow = cubic.sub(factor.sub(part)).add(part.neg().add(LINEAR));
    factorLow = factorLow.add(cubicLow).add(LINEAR_LOW);
    DoubleVector u = bounded.mul(factor);
    DoubleVector low = bounded.fma(factor, u.neg());
    return DoubleSigmoid.times(x, u, bounded.fma(factorLow, low), -0.0);
  }

  /** The derivative, σ(u) + x σ(u) σ(-u) du/dx. */
  public static DoubleVector derivative(DoubleVector x) {
    DoubleVector bounded = bounded(x);
    DoubleVector square = bounded.mul(bounded);
    DoubleVector u = square.lanewise(FMA, CUBIC, LINEAR).mul(bounded);
    DoubleVector uSlope = square.lanewise(FMA, 3 * CUBIC, LINEAR);
    DoubleVector slope = DoubleSigmoid.derivative(u).mul(bounded);
    return slope.fma(uSlope, DoubleSigmoid.sigmoid(u));
  }

  private static DoubleVector bounded(DoubleVector x) {
    return x.blend(-FLAT, x.lt(-FLAT)).blend(FLAT, x.compare(GT, FLAT));
  }
}
