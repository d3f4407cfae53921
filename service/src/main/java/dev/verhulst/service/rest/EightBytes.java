package dev.verhulst.service.rest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight bytes of text at once, as one long (Hacker's Delight, 6-1; Daniel Lemire, "Quickly parsing
 * eight digits", 2018).
 */
final class EightBytes {

  static final int LENGTH = 8;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = eightTimes(0x80);
  private static final long QUOTES = eightTimes('"');

  /** Both brackets have it in common, as two characters have that stand in no number. */
  private static final long BRACKETS = eightTimes(0x59);

  private static final long WITHOUT_WHAT_BRACKETS_DIFFER_IN = eightTimes(0xF9);

  private EightBytes() {}

  private static long eightTimes(int value) {
    return value * ONES;
  }

  static long at(byte[] bytes, int position) {
    return (long) LONGS.get(bytes, position);
  }

  /** Whether each of them is a digit. */
  static boolean areDigits(long bytes) {
    long highHalves = eightTimes(0xF0);
    return ((bytes & highHalves) | (((bytes + eightTimes(0x06)) & highHalves) >>> 4))
        == eightTimes(0x33);
  }

  /** The number that eight digits stand for. */
  static long number(long digits) {
    long pairs = (digits - eightTimes('0')) * 10 + ((digits - eightTimes('0')) >>> 8);
    long mask = 0x000000FF000000FFL;
    return ((pairs & mask) * (100 + (1_000_000L << 32))
            + (pairs >>> 16 & mask) * (1 + (10_000L << 32)))
        >>> 32;
  }

  /**
   * Where the next quote or bracket stands, or at times another character; {@code end} where there
   * is none.
   */
  static int findQuoteOrBracket(byte[] bytes, int start, int end) {
    int position = start;
    for (; position <= end - LENGTH; position += LENGTH) {
      long eight = at(bytes, position);
      long found =
          zeros(eight ^ QUOTES) | zeros((eight & WITHOUT_WHAT_BRACKETS_DIFFER_IN) ^ BRACKETS);
      if (found != 0) {
        return position + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    while (position < end
        && bytes[position] != '"'
        && bytes[position] != '['
        && bytes[position] != ']') {
      position++;
    }
    return position;
  }

  /** The high bits of the bytes that are zero; above the first one, of others too. */
  private static long zeros(long bytes) {
    return (bytes - ONES) & ~bytes & HIGH_BITS;
  }
}
