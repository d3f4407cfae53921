package dev.verhulst.kernels.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.cuda.ptx.Approximation;
import dev.verhulst.kernels.cuda.ptx.Approximation.Direction;
import dev.verhulst.kernels.cuda.ptx.DeviceMemory;
import dev.verhulst.kernels.cuda.ptx.Interpreter;
import dev.verhulst.kernels.cuda.ptx.PtxKernel;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tensors of more than 2^31 elements, and of more than 2^32: indices are 64 bits wide. Only the
 * block that reaches the end is run, and only the end is backed by memory.
 */
final class LargeTensorTest {

  private static final int THREADS = 256;
  private static final int BYTES = Float.BYTES;

  /** Elements, and how many of them one thread takes at once: 4 in vectors, 1 where misaligned. */
  @ParameterizedTest
  @CsvSource({
    "2147483652,4",
    "4294968320,4",
    "5000000000,4",
    "2147483653,1",
    "4294968323,1",
    "5000000003,1"
  })
  void theLastBlockWritesTheEnd(long elements, int width) {
    for (String target : CommittedPtx.TARGETS) {
      PtxKernel kernel = CommittedPtx.module("relu", target).kernel("relu_forward_fp32");
      long perBlock = (long) THREADS * width;
      int blocks = Math.toIntExact(Math.ceilDiv(elements, perBlock));
      long start = (blocks - 1) * perBlock;
      int count = (int) (elements - start);
      int shift = width == 1 ? BYTES : 0;
      DeviceMemory memory = new DeviceMemory();
      long x = allocateEnd(memory, elements, start, shift);
      long out = allocateEnd(memory, elements, start, shift);
      ByteBuffer input = memory.host(x + start * BYTES);
      for (int i = 0; i < count; i++) {
        input.putFloat(BYTES * i, i + 1f);
      }

      new Interpreter(memory, new Approximation(Direction.EXACT, new Random(1)))
          .launchBlock(kernel, blocks - 1, blocks, THREADS, x, out, elements);

      ByteBuffer output = memory.host(out + start * BYTES);
      for (int i = 0; i < count; i++) {
        assertThat(output.getFloat(BYTES * i)).as("element %d", start + i).isEqualTo(i + 1f);
      }
    }
  }

  /** The address of a tensor of which the elements from start on are backed. */
  private static long allocateEnd(DeviceMemory memory, long elements, long start, int shift) {
    int backed = Math.toIntExact((elements - start) * BYTES);
    return memory.allocateWindow(elements * BYTES + shift, start * BYTES + shift, backed) + shift;
  }
}
