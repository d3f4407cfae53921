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

  /** The same for a number that is given times 2⁻¹⁸. */
  private static final float SHORT_SHIFT = 0x1.8p5f;

  /** b of {@link #shortExp}. */
  private static final float SHORT_REST =
      (float) ((16 / 0.6931471805599453 * 46 - 23 * 23) * 0x1p-36);

  /** The bits of 2^(j/16) 2³⁶ / (u² + b) where u is 23, less the j that an index's shift adds. */
  public static final int[] SHORT_POWERS = powers(0.6931471805599453 / 16 / 46 * 0x1p36);

  /** The bits of 2^(j/16) / {@link #SCALE}, less the j that the shift of an index adds to them. */
  public static final int[] POWERS = powers(1.0 / SCALE);

  /** The bits of c - 1, where c is near 1 / (1 + j/15), and c times the scale is nearly a float. */
  public static final int[] OFFSETS = {
    0x00000000,
    0xbd800dba,
    0xbdf0e425,
    0xbe2aa2e5,
    0xbe578577,
    0xbe8008b3,
    0xbe924695,
    0xbea2e3e5,
    0xbeb214be,
    0xbec00f42,
    0xbeccd7de,
    0xbed8ac80,
    0xbee39d5a,
    0xbeedb478,
    0xbef72596,
    0xbefffc1a
  };

  /** The bits of c times the scale. */
  public static final int[] FACTORS = new int[16];

  /** The bits of c - 1 - log(c). */
  public static final int[] REMAINDERS = new int[16];

  static {
    for (int j = 0; j < 16; j++) {
      double offset = Float.intBitsToFloat(OFFSETS[j]);
      FACTORS[j] = Float.floatToRawIntBits((float) ((1 + offset) * SCALE));
      REMAINDERS[j] = Float.floatToRawIntBits((float) (offset - StrictMath.log1p(offset)));
    }
  }

  private FloatTables() {}

  static int[] powers(double scale) {
    int[] powers = new int[16];
    for (int j = 0; j < 16; j++) {
      float power = (float) (StrictMath.pow(2, j / 16.0) * scale);
      powers[j] = Float.floatToRawIntBits(power) - (j << 19);
    }
    return powers;
  }

  /**
   * e^m / {@link #SCALE} for m from -104 to 0: with n = round(16 m / ln 2) it is 2^(n/16) e^r, and
   * e^r = 1 + r + r² (1/2 + r/6) to 2⁻²⁶.
   */
  public static FloatVector exp(FloatVector m) {
    FloatVector shifted = m.lanewise(FMA, 0x1.715476p4f, SHIFT);
    FloatVector n = shifted.sub(SHIFT);
    FloatVector high = n.lanewise(FMA, -0x1.62e43p-5f, m);
    FloatVector r = n.lanewise(FMA, 0x1.05c61p-33f, high);
    FloatVector q = high.lanewise(FMA, 0x1.555556p-3f, 0.5f);
    FloatVector power = power(shifted, POWERS);
    return high.mul(high).fma(q, r).fma(power, power);
  }

  /**
   * e^m for m from -104 to 0, to 2⁻²¹: with t = 16 m / ln 2, n = round(t) and u = t - n + 23 it is
   * 2^(n/16) times a multiple of u² + b, a polynomial of degree 2 whose square is completed, which
   * saves one operation. t and u are given times 2⁻¹⁸, so that no factor is subnormal.
   */
  public static FloatVector shortExp(FloatVector m) {
    FloatVector shifted = m.lanewise(FMA, 0x1.715476p-14f, SHORT_SHIFT);
    FloatVector u = m.broadcast(SHORT_SHIFT + 23 * 0x1p-18f).sub(shifted);
    u = m.lanewise(FMA, 0x1.715476p-14f, u);
    FloatVector p = u.fma(u, m.broadcast(SHORT_REST));
    return p.mul(power(shifted, SHORT_POWERS));
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
   * log(1 + e) where e in [0, 1] is given divided by {@link #SCALE}: with r = c (1 + e) - 1 it is
   * log(1 + r) - log(c), and log(1 + r) = r + r² Q(r), Q of degree 2. The last sum is c e + (c - 1
   * - log c + r² Q(r)), in which only small terms are rounded twice.
   */
  public static FloatVector log1p(FloatVector e) {
    IntVector j = e.lanewise(FMA, 15 * SCALE, SHIFT).reinterpretAsInts();
    FloatVector factor = entries(FACTORS, j).reinterpretAsFloats();
    FloatVector offset = entries(OFFSETS, j).reinterpretAsFloats();
    FloatVector remainder = entries(REMAINDERS, j).reinterpretAsFloats();
    FloatVector r = e.fma(factor, offset);
    FloatVector square = r.mul(r);
    FloatVector q = r.lanewise(FMA, 0x1.55845cp-2f, -0x1.00002ep-1f);
    q = square.lanewise(FMA, -0x1.fcaeccp-3f, q);
    return e.fma(factor, square.fma(q, remainder));
  }
}
