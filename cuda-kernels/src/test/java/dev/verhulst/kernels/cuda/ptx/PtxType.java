package dev.verhulst.kernels.cuda.ptx;

import java.util.Locale;

/** A type of PTX: how many bits an operand has and how they are read. */
enum PtxType {
  PRED(1),
  B8(8),
  U8(8),
  S8(8),
  B16(16),
  U16(16),
  S16(16),
  F16(16),
  BF16(16),
  B32(32),
  U32(32),
  S32(32),
  F32(32),
  F16X2(32),
  BF16X2(32),
  B64(64),
  U64(64),
  S64(64),
  F64(64);

  private final int bits;

  PtxType(int bits) {
    this.bits = bits;
  }

  /** The type of that name, e.g. {@code f32}. */
  static PtxType of(String name) {
    try {
      return valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new PtxException("no type '" + name + "'", e);
    }
  }

  int bits() {
    return bits;
  }

  int bytes() {
    return bits / 8;
  }

  /** Ones where the type has bits. */
  long mask() {
    return bits == 64 ? -1 : (1L << bits) - 1;
  }

  boolean isFloat() {
    return switch (this) {
      case F16, BF16, F32, F64, F16X2, BF16X2 -> true;
      case PRED, B8, U8, S8, B16, U16, S16, B32, U32, S32, B64, U64, S64 -> false;
    };
  }

  boolean isSigned() {
    return switch (this) {
      case S8, S16, S32, S64 -> true;
      case PRED, B8, U8, B16, U16, F16, BF16, B32, U32, F32, F16X2, BF16X2, B64, U64, F64 -> false;
    };
  }

  /** The number that a register's bits stand for: sign-extended where the type is signed. */
  long integer(long register) {
    int unused = 64 - bits;
    return isSigned() ? register << unused >> unused : register & mask();
  }
}
