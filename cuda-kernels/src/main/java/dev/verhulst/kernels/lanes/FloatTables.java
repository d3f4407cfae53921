package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The exponential function and log(1 + e) over 16 FP32 lanes, by tables of 16 entries that one
 * instruction looks up in all lanes. What the tables leave over is small, so that short polynomials
 * do for it: half the multiplications of {@link FloatExp} and {@link FloatLog1p}, which narrower
 * vectors keep to.
 */
public final class FloatTables {

  /** Whether this machine's vectors have as many lanes as a table has entries. */
  public static final boolean USABLE = FloatVector.SPECIES_PREFERRED.length() == 16;

  /**
   * About 2⁻²⁴ / 1.9, what {@link #exp} has to be multiplied with. Near 2⁻²⁴ for the sake of
   * subnormal results; where between its powers of two, was searched for: every entry of {@link
   * #POWERS} is within 0.2 ulp, and results are rounded where their mantissas are large.
   */
  public static final float SCALE = 0x1.0d565ep-25f;

  /** Added to a small number it leaves the nearest integer in the low bits of the sum. */
  static final float SHIFT = 0x1.8p23f;

  /** What {@link #SHIFT} is for a number that is given times 2⁻¹⁸. */
  private static final float SHORT_SHIFT = 0x1.8p5f;

  /** b of {@link #shortExp}. */
  private static final float SHORT_REST = 0x1.0a6704p-25f;

  /**
   * The bits of 2^(j/32) 2³⁶ / (u² + b) where u is 46, a little less for the least error, without
   * the j that an index's shift adds.
   */
  public static final int[] SHORT_POWERS =
      powers(32, (1 - 1.75e-7) / (46 * 46 + SHORT_REST * 0x1p36) * 0x1p36);

  /** The bits of 2^(j/16) / {@link #SCALE}, less the j that the shift of an index adds to them. */
  public static final int[] POWERS = powers(16, 1.0 / SCALE);

  /** The bits of 1 - c, where c is near 1 / (1 + j/15), and c times the scale is nearly a float. */
  public static final int[] OFFSETS = {
    0x00000000,
    0x3d800dba,
    0x3df0e425,
    0x3e2aa2e5,
    0x3e578577,
    0x3e8008b3,
    0x3e924695,
    0x3ea2e3e5,
    0x3eb214be,
    0x3ec00f42,
    0x3eccd7de,
    0x3ed8ac80,
    0x3ee39d5a,
    0x3eedb478,
    0x3ef72596,
    0x3efffc1a
  };

  /** The bits of -c times the scale. */
  public static final int[] MINUS_FACTORS = new int[16];

  /** The bits of 1 - c + log(c). */
  public static final int[] REMAINDERS = new int[16];

  /** The bits of log(c). */
  public static final int[] LOGARITHMS = new int[16];

  static {
    for (int j = 0; j < 16; j++) {
      double offset = Float.intBitsToFloat(OFFSETS[j]);
      MINUS_FACTORS[j] = Float.floatToRawIntBits((float) ((offset - 1) * SCALE));
      LOGARITHMS[j] = Float.floatToRawIntBits((float) StrictMath.log1p(-offset));
      REMAINDERS[j] = Float.floatToRawIntBits((float) (offset + StrictMath.log1p(-offset)));
    }
  }

  private FloatTables() {}

  /** The bits of 2^(j/steps) times the scale, less the j that an index's shift adds. */
  static int[] powers(int steps, double scale) {
    int shift = 23 - Integer.numberOfTrailingZeros(steps);
    int[] powers = new int[steps];
    for (int j = 0; j < steps; j++) {
      float power = (float) (StrictMath.pow(2, (double) j / steps) * scale);
      powers[j] = Float.floatToRawIntBits(power) - (j << shift);
    }
    return powers;
  }

  /**
   * e^m / {@link #SCALE} for m from -104 to 0: with n = round(16 m / ln 2) it is 2^(n/16) e^r, and
   * e^r = 1 + r + r² (1/2 + r/6) to 2⁻²⁶.
   */
  public static FloatVector exp(FloatVector m) {
    FloatVector shifted = shifted(m);
    FloatVector n = shifted.sub(SHIFT);
    FloatVector high = n.lanewise(FMA, -0x1.62e43p-5f, m);
    FloatVector r = n.lanewise(FMA, 0x1.05c61p-33f, high);
    FloatVector q = high.lanewise(FMA, 0x1.555556p-3f, 0.5f);
    FloatVector power = power(shifted, POWERS);
    return high.mul(high).fma(q, r).fma(power, power);
  }

  /** {@link #exp} to 2.2 %, without its polynomial. */
  public static FloatVector roughExp(FloatVector m) {
    return power(shifted(m), POWERS);
  }

  /** n in the low bits. */
  private static FloatVector shifted(FloatVector m) {
    return m.lanewise(FMA, 0x1.715476p4f, SHIFT);
  }

  /**
   * e^m for m from -104 to 0, to 2⁻²¹ where m is above -10: with t = 32 m / ln 2, n = round(t) and
   * u = t - n + 46 it is 2^(n/32) times a multiple of u² + b, a polynomial of degree 2 whose square
   * is completed, which saves one operation. t and u are given times 2⁻¹⁸, so that no factor is
   * subnormal.
   */
  public static FloatVector shortExp(FloatVector m) {
    FloatVector shifted = m.lanewise(FMA, 0x1.715476p-13f, SHORT_SHIFT);
    FloatVector u = m.broadcast(SHORT_SHIFT + 46 * 0x1p-18f).sub(shifted);
    u = m.lanewise(FMA, 0x1.715476p-13f, u);
    FloatVector p = u.fma(u, m.broadcast(SHORT_REST));
    return p.mul(shortPower(shifted, SHORT_POWERS));
  }

  /** 2^(n/32) times the scale of the table. */
  static FloatVector shortPower(FloatVector shifted, int[] powers) {
    IntVector n = shifted.reinterpretAsInts();
    IntVector lower = IntVector.fromArray(IntVector.SPECIES_PREFERRED, powers, 0);
    IntVector upper = IntVector.fromArray(IntVector.SPECIES_PREFERRED, powers, 16);
    return n.selectFrom(lower, upper).add(n.lanewise(LSHL, 18)).reinterpretAsFloats();
  }

  /** 2^(n/16) times the scale of the table. */
  static FloatVector power(FloatVector shifted, int[] powers) {
    IntVector n = shifted.reinterpretAsInts();
    return entries(powers, n).add(n.lanewise(LSHL, 19)).reinterpretAsFloats();
  }

  /** The entries at the indices' lowest four bits. */
  private static IntVector entries(int[] table, IntVector indices) {
    return indices.selectFrom(IntVector.fromArray(IntVector.SPECIES_PREFERRED, table, 0));
  }

  /**
   * -log(1 + e) where e in [0, 1] is given divided by {@link #SCALE}: with r = 1 - c (1 + e) it is
   * log(c) - log(1 - r), and -log(1 - r) = r + r² Q(r), Q of degree 2. The last sum is -c e + (1 -
   * c + log c + r² Q(r)), in which only small terms are rounded twice.
   *
   * @param rough e to 2.2 %, for the choice of c: known earlier, it saves waiting
   */
  public static FloatVector minusLog1p(FloatVector e, FloatVector rough) {
    FloatVector minusFactor = ofLogarithm(MINUS_FACTORS, rough);
    FloatVector r = e.fma(minusFactor, ofLogarithm(OFFSETS, rough));
    FloatVector square = r.mul(r);
    FloatVector q = r.lanewise(FMA, 0x1.55845cp-2f, 0x1.00002ep-1f);
    q = square.lanewise(FMA, 0x1.fcaeccp-3f, q);
    return e.fma(minusFactor, square.fma(q, ofLogarithm(REMAINDERS, rough)));
  }

  /**
   * The same with an operation less, and up to half an ulp more of error: log(c) + r (1 + r Q(r)).
   */
  public static FloatVector shortMinusLog1p(FloatVector e, FloatVector rough) {
    FloatVector minusFactor = ofLogarithm(MINUS_FACTORS, rough);
    FloatVector r = e.fma(minusFactor, ofLogarithm(OFFSETS, rough));
    FloatVector q = r.lanewise(FMA, 0x1.fcaeccp-3f, 0x1.55845cp-2f);
    q = q.lanewise(FMA, r, 0x1.00002ep-1f);
    q = q.lanewise(FMA, r, 1f);
    return r.fma(q, ofLogarithm(LOGARITHMS, rough));
  }

  /** The entries of one of the logarithm's tables: the JIT compiler computes the index once. */
  private static FloatVector ofLogarithm(int[] table, FloatVector rough) {
    IntVector j = rough.lanewise(FMA, 15 * SCALE, SHIFT).reinterpretAsInts();
    return entries(table, j).reinterpretAsFloats();
  }
}
