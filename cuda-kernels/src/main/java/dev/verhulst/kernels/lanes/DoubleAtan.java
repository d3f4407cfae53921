package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;

/** The arctangent and the Gudermannian function over FP64 lanes, for any species. */
public final class DoubleAtan {

  /** Beyond it atan(x) rounds to π/2. */
  private static final double FLAT = 0x1p60;

  private static final double HALF_PI = 0x1.921fb54442d18p+0;
  private static final double HALF_PI_LOW = 0x1.1a62633145c07p-54;

  private DoubleAtan() {}

  /** atan(x); above 1 as π/2 - atan(1/x). */
  public static DoubleVector atan(DoubleVector x) {
    DoubleVector a = x.abs();
    a = a.blend(FLAT, a.compare(GT, FLAT));
    VectorMask<Double> large = a.compare(GT, 1);
    DoubleVector inverse = a.broadcast(1).div(a);
    DoubleVector inverseLow = inverse.neg().lanewise(FMA, a, 1).mul(inverse);
    DoubleVector z = a.blend(inverse, large);
    DoubleVector tail = tail(z);
    DoubleVector difference = z.neg().add(HALF_PI);
    DoubleVector rest = difference.neg().add(HALF_PI).sub(z);
    rest = rest.sub(inverseLow.add(tail).sub(HALF_PI_LOW));
    return DoubleSign.of(x, z.add(tail).blend(difference.add(rest), large));
  }

  /** The Gudermannian function, 2 atan(tanh(x / 2)). */
  public static DoubleVector gudermannian(DoubleVector x) {
    DoubleVector z = DoubleTanh.ofHalf(x.abs());
    DoubleVector half = z.add(tail(z));
    return DoubleSign.of(x, half.add(half));
  }

  /**
   * atan(z) - z for |z| ≤ 1, to 2⁻⁵⁷ of atan(z): z³ times the polynomial of degree 20 in z² nearest
   * to it in the maximum norm (Sollya's fpminimax).
   */
  static DoubleVector tail(DoubleVector z) {
    DoubleVector s = z.mul(z);
    DoubleVector p = s.broadcast(-0x1.959e99e5d052fp-17);
    p = p.lanewise(FMA, s, 0x1.243ad36952315p-13);
    p = p.lanewise(FMA, s, -0x1.8ff38a61d42edp-11);
    p = p.lanewise(FMA, s, 0x1.5bb4d7ad14518p-9);
    p = p.lanewise(FMA, s, -0x1.b28c29c65f0d7p-8);
    p = p.lanewise(FMA, s, 0x1.a4627f0482f8dp-7);
    p = p.lanewise(FMA, s, -0x1.4cc40a52ec92fp-6);
    p = p.lanewise(FMA, s, 0x1.c48a48b49a7f5p-6);
    p = p.lanewise(FMA, s, -0x1.14b8a75005098p-5);
    p = p.lanewise(FMA, s, 0x1.3d58552227922p-5);
    p = p.lanewise(FMA, s, -0x1.60f31796f9d96p-5);
    p = p.lanewise(FMA, s, 0x1.854bc4fc0aa7ap-5);
    p = p.lanewise(FMA, s, -0x1.af00c87163751p-5);
    p = p.lanewise(FMA, s, 0x1.e1dc016818859p-5);
    p = p.lanewise(FMA, s, -0x1.1110be031dcc9p-4);
    p = p.lanewise(FMA, s, 0x1.3b13aaa61eb25p-4);
    p = p.lanewise(FMA, s, -0x1.745d16eac7943p-4);
    p = p.lanewise(FMA, s, 0x1.c71c71c400394p-4);
    p = p.lanewise(FMA, s, -0x1.249249248aa63p-3);
    p = p.lanewise(FMA, s, 0x1.9999999999889p-3);
    p = p.lanewise(FMA, s, -0x1.5555555555555p-2);
    return p.mul(s).mul(z);
  }
}
