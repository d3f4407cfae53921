package dev.verhulst.kernels.cuda.ptx;

import java.util.random.RandomGenerator;

/**
 * How far the approximate instructions (rcp, rsqrt, ex2) are from the exact result. The PTX manual
 * gives each a bound; a device may be anywhere within it, so a kernel has to hold at its ends.
 */
public final class Approximation {

  private final Direction direction;
  private final RandomGenerator random;

  /**
   * @param direction where to
   * @param random the source of chance for {@link Direction#EITHER_END}
   */
  public Approximation(Direction direction, RandomGenerator random) {
    this.direction = direction;
    this.random = random;
  }

  /** Where an approximate result lies within its bound. */
  public enum Direction {
    /** The exact result, rounded. */
    EXACT,
    /** As far below as the bound allows. */
    BELOW,
    /** As far above as the bound allows. */
    ABOVE,
    /** One of the two ends, by chance, at every instruction. */
    EITHER_END
  }

  /** An FP32 result that is off by at most so many ulp. */
  float ofUlps(double exact, double ulps) {
    double ulp = Math.ulp((float) exact);
    return within(exact, ulps * ulp);
  }

  /** An FP32 result that is off by at most so much of itself. */
  float ofRelativeError(double exact, double error) {
    return within(exact, Math.abs(exact) * error);
  }

  /** An FP64 result of which only the upper half counts, off by at most one unit of it. */
  double ofUpperHalf(double exact) {
    long upper = Double.doubleToRawLongBits(exact) & 0xffffffff00000000L;
    return Double.isFinite(exact) && exact != 0
        ? Double.longBitsToDouble(upper + ((long) sign() << 32))
        : exact;
  }

  private float within(double exact, double distance) {
    float rounded = (float) exact;
    int sign = sign();
    if (sign == 0 || rounded == 0 || !Float.isFinite(rounded)) {
      return rounded;
    }
    double end = exact + sign * distance;
    float result = (float) end;
    if (Math.abs(result - exact) > distance) {
      result = sign > 0 ? Math.nextDown(result) : Math.nextUp(result);
    }
    return result;
  }

  private int sign() {
    return switch (direction) {
      case EXACT -> 0;
      case BELOW -> -1;
      case ABOVE -> 1;
      case EITHER_END -> random.nextBoolean() ? 1 : -1;
    };
  }
}
