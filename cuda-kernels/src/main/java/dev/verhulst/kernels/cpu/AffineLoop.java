package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.ValueLayout;

/** Applies each label's slope and shift to logits. */
final class AffineLoop {

  private AffineLoop() {}

  /**
   * Writes slope · logit + shift.
   *
   * @param from the address of logits; may be the same as {@code to}
   * @param slopes the address of the first label's slope
   * @param shifts the address of the first label's shift
   * @param labels how many labels follow each other in memory before the next row begins
   * @param dataType FP32 or FP64
   */
  static void apply(
      long from, long to, long slopes, long shifts, int labels, long rows, DataType dataType) {
    for (long row = 0; row < rows; row++) {
      long offset = row * labels * dataType.byteSize();
      if (dataType == DataType.FP64) {
        inFp64(from + offset, to + offset, slopes, shifts, labels);
      } else {
        inFp32(from + offset, to + offset, slopes, shifts, labels);
      }
    }
  }

  private static void inFp32(long from, long to, long slopes, long shifts, int labels) {
    for (int label = 0; label < labels; label++) {
      long offset = (long) label * Float.BYTES;
      float slope = EVERYTHING.get(ValueLayout.JAVA_FLOAT_UNALIGNED, slopes + offset);
      float shift = EVERYTHING.get(ValueLayout.JAVA_FLOAT_UNALIGNED, shifts + offset);
      float logit = EVERYTHING.get(ValueLayout.JAVA_FLOAT_UNALIGNED, from + offset);
      EVERYTHING.set(ValueLayout.JAVA_FLOAT_UNALIGNED, to + offset, Math.fma(slope, logit, shift));
    }
  }

  private static void inFp64(long from, long to, long slopes, long shifts, int labels) {
    for (int label = 0; label < labels; label++) {
      long offset = (long) label * Double.BYTES;
      double slope = EVERYTHING.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, slopes + offset);
      double shift = EVERYTHING.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, shifts + offset);
      double logit = EVERYTHING.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, from + offset);
      EVERYTHING.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, to + offset, Math.fma(slope, logit, shift));
    }
  }
}
