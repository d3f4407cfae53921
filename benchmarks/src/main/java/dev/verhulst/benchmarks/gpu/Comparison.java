package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Elements;
import dev.verhulst.kernels.accuracy.Ulp;
import dev.verhulst.kernels.cuda.kernel.Bound;
import dev.verhulst.kernels.cuda.kernel.NumberFormat;
import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How far the results of a kernel are from the exact ones.
 *
 * @param ulps the largest error in ulp of the type itself (0.5 is correctly rounded), not counting
 *     what is within the absolute bound
 * @param ofBound the largest error in units of its bound: up to 1 is right
 * @param worst the result that is furthest off, in words
 */
record Comparison(double ulps, double ofBound, String worst) {

  static final Comparison NOTHING = new Comparison(0, 0, "");

  private static final int PIECE = 1 << 14;

  boolean isRight() {
    return ofBound <= 1;
  }

  /**
   * Compares a tensor, on all processors.
   *
   * @param exact the exact result of an element
   * @param bound how far off it may be
   * @param input names the input of an element, for {@link #worst}
   */
  static Comparison of(
      MemorySegment results,
      DataType dataType,
      int elements,
      IntToDoubleFunction exact,
      IntFunction<Bound> bound,
      IntFunction<String> input) {
    return IntStream.range(0, Math.ceilDiv(elements, PIECE))
        .parallel()
        .mapToObj(
            piece -> {
              int end = Math.min(elements, (piece + 1) * PIECE);
              return ofPiece(results, dataType, piece * PIECE, end, exact, bound, input);
            })
        .reduce(NOTHING, Comparison::and);
  }

  private static Comparison ofPiece(
      MemorySegment results,
      DataType dataType,
      int start,
      int end,
      IntToDoubleFunction exact,
      IntFunction<Bound> bound,
      IntFunction<String> input) {
    double ulps = 0;
    double ofBound = 0;
    String worst = "";
    for (int i = start; i < end; i++) {
      double result = Elements.get(results, dataType, i);
      double expected = exact.applyAsDouble(i);
      Bound allowed = bound.apply(i);
      ulps = Math.max(ulps, ulps(dataType, result, expected, allowed.absolute()));
      double error = allowed.error(result, expected, NumberFormat.of(dataType));
      if (error > ofBound) {
        ofBound = error;
        worst = "%s: got %s, exact is %s".formatted(input.apply(i), result, expected);
      }
    }
    return new Comparison(ulps, ofBound, worst);
  }

  Comparison and(Comparison other) {
    return new Comparison(
        Math.max(ulps, other.ulps),
        Math.max(ofBound, other.ofBound),
        ofBound >= other.ofBound ? worst : other.worst);
  }

  private static double ulps(DataType dataType, double result, double exact, double absolute) {
    if (Math.abs(result - exact) <= absolute) {
      return 0;
    }
    return switch (dataType) {
      case FP64 -> Ulp.errorFp64(result, exact);
      case FP32 -> Ulp.errorFp32((float) result, exact);
      case FP16 -> ulpsOfHalf(result, exact, -14, 10, 0x1p16);
      case BF16 -> ulpsOfHalf(result, exact, -126, 7, 0x1p128);
    };
  }

  private static double ulpsOfHalf(
      double result, double exact, int minimumExponent, int mantissaBits, double end) {
    if (Double.isNaN(result) || Double.isNaN(exact)) {
      return Double.isNaN(result) == Double.isNaN(exact) ? 0 : Double.POSITIVE_INFINITY;
    }
    double limited = Math.clamp(exact, -end, end);
    int exponent =
        Math.clamp(Math.getExponent(limited), minimumExponent, Math.getExponent(end) - 1);
    return Math.abs(Math.clamp(result, -end, end) - limited)
        / Math.scalb(1.0, exponent - mantissaBits);
  }
}
