package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.Elements;
import dev.verhulst.kernels.HostBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The tensors of one piece of the FP32 inputs: for the GPU in FP32, for the CPU in FP64. */
final class ExhaustiveMemory implements AutoCloseable {

  private record Constant(long elements, DataType dataType, int value) {}

  /** Kept for the process: there are four, and every piece reads them. */
  private static final Map<Constant, MemorySegment> CONSTANTS = new ConcurrentHashMap<>();

  private final Arena arena = Arena.ofShared();
  private final HostBuffer buffer;
  private final long elements;

  ExhaustiveMemory(Device gpu, long elements) {
    this.elements = elements;
    buffer = gpu.allocate(3 * elements * Float.BYTES);
  }

  /** One of three tensors in the GPU's own host memory. */
  MemorySegment single(int index) {
    long byteSize = elements * Float.BYTES;
    return buffer.segment().asSlice(index * byteSize, byteSize);
  }

  MemorySegment inDouble() {
    return arena.allocate(elements * Double.BYTES, 64);
  }

  /** A tensor whose elements are all the same. */
  static MemorySegment constant(long elements, DataType dataType, int value) {
    return CONSTANTS.computeIfAbsent(
        new Constant(elements, dataType, value),
        constant -> {
          MemorySegment tensor =
              Arena.global().allocate(constant.elements() * constant.dataType().byteSize(), 64);
          for (long i = 0; i < constant.elements(); i++) {
            Elements.set(tensor, constant.dataType(), i, constant.value());
          }
          return tensor;
        });
  }

  @Override
  public void close() {
    buffer.close();
    arena.close();
  }
}
