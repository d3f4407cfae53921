package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.ValueLayout;

/** Runs a kernel in the type that memory holds. */
final class DirectRunner implements BlockRunner {

  static final DirectRunner FP16 = new DirectRunner(DataType.FP16);
  static final DirectRunner BF16 = new DirectRunner(DataType.BF16);
  static final DirectRunner FP32 = new DirectRunner(DataType.FP32);
  static final DirectRunner FP64 = new DirectRunner(DataType.FP64);

  /** A sum in FP32 lanes takes so many elements at most; beyond them it goes on in FP64. */
  private static final int CHUNK = 4096;

  private final DataType dataType;
  private final int byteSize;

  private DirectRunner(DataType dataType) {
    this.dataType = dataType;
    this.byteSize = dataType.byteSize();
  }

  @Override
  public void run(Kernel kernel, Scratch scratch, int count) {
    int step = kernel.step();
    int whole = count & -step;
    if (kernel.mayRepeat()) {
      compute(kernel, scratch, 0, whole);
    } else {
      for (int first = 0; first < whole; first += CHUNK) {
        compute(kernel, scratch, first, Math.min(CHUNK, whole - first));
      }
    }
    if (whole == count) {
      return;
    }
    if (whole > 0 && kernel.mayRepeat() && scratch.inputs[0] != scratch.outputs[0]) {
      // The last vector once more, moved back to end where the operands end.
      compute(kernel, scratch, count - step, step);
    } else {
      computeRest(kernel, scratch, whole, count - whole);
    }
  }

  private void compute(Kernel kernel, Scratch scratch, int first, int count) {
    long offset = (long) first * byteSize;
    kernel.compute(
        moved(scratch.inputs[0], offset),
        moved(scratch.inputs[1], offset),
        moved(scratch.inputs[2], offset),
        moved(scratch.inputs[3], offset),
        moved(scratch.outputs[0], offset),
        moved(scratch.outputs[1], offset),
        count,
        scratch);
  }

  private static long moved(long operand, long offset) {
    return operand == 0 ? 0 : operand + offset;
  }

  /** Computes less than a vector, in the scratch memory. */
  private void computeRest(Kernel kernel, Scratch scratch, int first, int count) {
    long offset = (long) first * byteSize;
    long bytes = (long) count * byteSize;
    for (int i = 0; i < Scratch.INPUTS; i++) {
      long operand = scratch.inputs[i];
      if (operand != 0) {
        pad(scratch.input(i), kernel.padding(i), kernel.step());
        NativeMemory.copy(operand + offset, scratch.input(i), bytes);
        scratch.inputs[i] = scratch.input(i);
      }
    }
    long output0 = scratch.outputs[0];
    long output1 = scratch.outputs[1];
    scratch.outputs[0] = output0 == 0 ? 0 : scratch.output(0);
    scratch.outputs[1] = output1 == 0 ? 0 : scratch.output(1);
    compute(kernel, scratch, 0, kernel.step());
    if (output0 != 0) {
      NativeMemory.copy(scratch.output(0), output0 + offset, bytes);
    }
    if (output1 != 0) {
      NativeMemory.copy(scratch.output(1), output1 + offset, bytes);
    }
  }

  private void pad(long address, float value, int count) {
    for (int i = 0; i < count; i++) {
      long element = address + (long) i * byteSize;
      switch (dataType) {
        case FP16 -> EVERYTHING.set(ValueLayout.JAVA_SHORT, element, HalfFormat.FP16.round(value));
        case BF16 -> EVERYTHING.set(ValueLayout.JAVA_SHORT, element, HalfFormat.BF16.round(value));
        case FP32 -> EVERYTHING.set(ValueLayout.JAVA_FLOAT, element, value);
        case FP64 -> EVERYTHING.set(ValueLayout.JAVA_DOUBLE, element, value);
      }
    }
  }
}
