package dev.verhulst.kernels.cuda.ptx;

/** Floating-point numbers in registers: their bits, in the low end of a long. */
final class Numbers {

  private Numbers() {}

  static float f32(long register) {
    return Float.intBitsToFloat((int) register);
  }

  static long bits(float number) {
    return Float.floatToRawIntBits(number) & 0xffffffffL;
  }

  static double f64(long register) {
    return Double.longBitsToDouble(register);
  }

  static long bits(double number) {
    return Double.doubleToRawLongBits(number);
  }

  static float f16(long register) {
    return Float.float16ToFloat((short) register);
  }

  /** Rounded to nearest, ties to even. */
  static long f16Bits(float number) {
    return Float.floatToFloat16(number) & 0xffffL;
  }

  static float bf16(long register) {
    return Float.intBitsToFloat((int) register << 16);
  }

  /** Rounded to nearest, ties to even; every NaN becomes the one that the device writes. */
  static long bf16Bits(float number) {
    int bits = Float.floatToRawIntBits(number);
    return Float.isNaN(number) ? 0x7fff : (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16 & 0xffffL;
  }

  /** A zero in place of a subnormal number, as {@code .ftz} asks. */
  static float flushed(float number) {
    return Math.abs(number) < Float.MIN_NORMAL ? Math.copySign(0f, number) : number;
  }
}
