package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.Elements;
import dev.verhulst.kernels.HostBuffer;
import java.lang.foreign.MemorySegment;

/** Tensors in one piece of a device's own host memory, one after the other. */
final class DeviceTensors implements AutoCloseable {

  private static final long ALIGNMENT = 256;

  private final DataType dataType;
  private final HostBuffer buffer;
  private long end;

  /**
   * Allocates the memory.
   *
   * @param count how many tensors there will be, at most
   * @param elements how many elements they have altogether, at most
   */
  DeviceTensors(Device device, DataType dataType, int count, long elements) {
    this.dataType = dataType;
    buffer = device.allocate(count * ALIGNMENT + elements * dataType.byteSize());
  }

  /** A tensor for results. */
  MemorySegment empty(long elements) {
    MemorySegment tensor = buffer.segment().asSlice(end, elements * dataType.byteSize());
    end = Math.ceilDiv(end + tensor.byteSize(), ALIGNMENT) * ALIGNMENT;
    return tensor;
  }

  /** A tensor of some of the numbers, which are exact in the type. */
  MemorySegment of(double[] numbers, int from, int to) {
    MemorySegment tensor = empty((long) to - from);
    for (int i = from; i < to; i++) {
      Elements.set(tensor, dataType, (long) i - from, numbers[i]);
    }
    return tensor;
  }

  @Override
  public void close() {
    buffer.close();
  }
}
