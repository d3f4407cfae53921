package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.activation.Lanes;

/** A pass in the type that memory holds. */
final class DirectPass extends ElementwisePass {

  private final ElementwiseLoop loop;
  private final int byteSize;

  DirectPass(ElementwiseLoop loop, int byteSize) {
    this.loop = loop;
    this.byteSize = byteSize;
  }

  @Override
  void compute(Output pass, Lanes lanes, long x, long gradY, long output, int count, long scratch) {
    int step = loop.step();
    int whole = count - count % step;
    loop(loop, pass, lanes, x, gradY, output, whole);
    if (whole == count) {
      return;
    }
    if (whole > 0 && x != output) {
      // The last vector once more, moved back to end where the tensor ends.
      long back = (long) (count - step) * byteSize;
      loop(loop, pass, lanes, x + back, gradY + back, output + back, step);
      return;
    }
    long done = (long) whole * byteSize;
    long bytes = (long) (count - whole) * byteSize;
    long vector = (long) step * byteSize;
    NativeMemory.copy(x + done, scratch, bytes);
    NativeMemory.copy(gradY + done, scratch + vector, bytes);
    loop(loop, pass, lanes, scratch, scratch + vector, scratch, step);
    NativeMemory.copy(scratch, output + done, bytes);
  }
}
