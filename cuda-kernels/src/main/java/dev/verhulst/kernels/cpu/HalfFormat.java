package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.lang.foreign.ValueLayout;

/** The two 16-bit types. */
enum HalfFormat {
  FP16(Fp16Loop.class) {
    @Override
    short round(float value) {
      return Float.floatToFloat16(value);
    }
  },

  BF16(Bf16Loop.class) {
    @Override
    short round(float value) {
      int bits = Float.floatToRawIntBits(value);
      int rounded = Float.isNaN(value) ? bits | 0x00400000 : bits + 0x7fff + (bits >>> 16 & 1);
      return (short) (rounded >>> 16);
    }
  };

  private static final int CHUNK = 1 << 20;

  private final HalfLoop loop;

  HalfFormat(Class<? extends HalfLoop> template) {
    loop = Loops.make(HalfLoop.class, template, null, template);
  }

  /** Rounds one number to nearest even. */
  abstract short round(float value);

  /** The count, rounded up to whole steps: so many floats are written and read. */
  static long padded(long count) {
    return (count + HalfLoop.STEP - 1) & -HalfLoop.STEP;
  }

  /**
   * Converts to FP32, by absolute address.
   *
   * @param padding what takes the places of the halves that lack in the last step
   * @param staging the address of room for {@link HalfLoop#STEP} halves
   */
  void toFloats(long from, long to, long count, float padding, long staging) {
    long whole = count & -HalfLoop.STEP;
    for (long i = 0; i < whole; i += CHUNK) {
      int part = (int) Math.min(CHUNK, whole - i);
      loop.toFloats(from + i * Short.BYTES, to + i * Float.BYTES, part);
    }
    if (whole < count) {
      for (int i = 0; i < HalfLoop.STEP; i++) {
        EVERYTHING.set(ValueLayout.JAVA_SHORT, staging + (long) i * Short.BYTES, round(padding));
      }
      NativeMemory.copy(from + whole * Short.BYTES, staging, (count - whole) * Short.BYTES);
      loop.toFloats(staging, to + whole * Float.BYTES, HalfLoop.STEP);
    }
  }

  /** Converts from FP32, by absolute address. */
  void fromFloats(long from, long to, long count, long staging) {
    long whole = count & -HalfLoop.STEP;
    for (long i = 0; i < whole; i += CHUNK) {
      int part = (int) Math.min(CHUNK, whole - i);
      loop.fromFloats(from + i * Float.BYTES, to + i * Short.BYTES, part);
    }
    if (whole < count) {
      loop.fromFloats(from + whole * Float.BYTES, staging, HalfLoop.STEP);
      NativeMemory.copy(staging, to + whole * Short.BYTES, (count - whole) * Short.BYTES);
    }
  }
}
