package dev.verhulst.kernels.cpu;

/**
 * Runs a kernel over 16-bit elements: to FP32 in the first-level cache, computed there, and back.
 */
final class HalfRunner implements BlockRunner {

  static final HalfRunner FP16 = new HalfRunner(HalfFormat.FP16);
  static final HalfRunner BF16 = new HalfRunner(HalfFormat.BF16);

  private static final int CHUNK = Scratch.OPERAND_SIZE / Float.BYTES;

  private final HalfFormat format;

  private HalfRunner(HalfFormat format) {
    this.format = format;
  }

  @Override
  public void run(Kernel kernel, Scratch scratch, int count) {
    for (int first = 0; first < count; first += CHUNK) {
      runChunk(kernel, scratch, first, Math.min(CHUNK, count - first));
    }
  }

  private void runChunk(Kernel kernel, Scratch scratch, int first, int count) {
    long offset = (long) first * Short.BYTES;
    int padded = (int) HalfFormat.padded(count);
    for (int i = 0; i < Scratch.INPUTS; i++) {
      if (scratch.inputs[i] != 0) {
        format.toFloats(
            scratch.inputs[i] + offset,
            scratch.input(i),
            count,
            kernel.padding(i),
            scratch.staging());
      }
    }
    kernel.compute(
        room(scratch.inputs[0], scratch.input(0)),
        room(scratch.inputs[1], scratch.input(1)),
        room(scratch.inputs[2], scratch.input(2)),
        room(scratch.inputs[3], scratch.input(3)),
        room(scratch.outputs[0], scratch.output(0)),
        room(scratch.outputs[1], scratch.output(1)),
        padded,
        scratch);
    for (int i = 0; i < Scratch.OUTPUTS; i++) {
      if (scratch.outputs[i] != 0) {
        format.fromFloats(scratch.output(i), scratch.outputs[i] + offset, count, scratch.staging());
      }
    }
  }

  private static long room(long operand, long room) {
    return operand == 0 ? 0 : room;
  }
}
