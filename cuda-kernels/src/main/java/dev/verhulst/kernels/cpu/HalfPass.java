package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.activation.Lanes;

/** A pass over 16-bit elements: to FP32 in the first-level cache, computed there, and back. */
final class HalfPass extends ElementwisePass {

  private static final int CHUNK = 2048;
  private static final long FLOATS = (long) CHUNK * Float.BYTES;

  private final ElementwiseLoop loop;
  private final HalfFormat format;

  HalfPass(ElementwiseLoop loop, HalfFormat format) {
    this.loop = loop;
    this.format = format;
  }

  @Override
  void compute(Output pass, Lanes lanes, long x, long gradY, long output, int count, long scratch) {
    long gradFloats = scratch + FLOATS;
    long rest = gradFloats + FLOATS;
    for (int first = 0; first < count; first += CHUNK) {
      int size = Math.min(CHUNK, count - first);
      long offset = (long) first * Short.BYTES;
      int padded = toFloats(x + offset, scratch, size, rest);
      if (pass == Output.GRADIENT) {
        toFloats(gradY + offset, gradFloats, size, rest);
      }
      loop(loop, pass, lanes, scratch, gradFloats, scratch, padded);
      fromFloats(scratch, output + offset, size, rest);
    }
  }

  /** Returns the size, rounded up to whole steps. */
  private int toFloats(long from, long to, int size, long rest) {
    int whole = size - size % HalfFormat.STEP;
    format.toFloats(from, to, whole);
    if (whole == size) {
      return whole;
    }
    NativeMemory.copy(from + whole * 2L, rest, (size - whole) * 2L);
    format.toFloats(rest, to + whole * 4L, HalfFormat.STEP);
    return whole + HalfFormat.STEP;
  }

  private void fromFloats(long from, long to, int size, long rest) {
    int whole = size - size % HalfFormat.STEP;
    format.fromFloats(from, to, whole);
    if (whole < size) {
      format.fromFloats(from + whole * 4L, rest, HalfFormat.STEP);
      NativeMemory.copy(rest, to + whole * 2L, (size - whole) * 2L);
    }
  }
}
