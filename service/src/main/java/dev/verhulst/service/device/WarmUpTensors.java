package dev.verhulst.service.device;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** What kernels read and write while they warm up: numbers around 0, in every type. */
final class WarmUpTensors implements AutoCloseable {

  /** Small enough for a cache, large enough for a kernel's loop to outweigh its call. */
  static final int ELEMENTS = 4096;

  private final List<HostBuffer> buffers = new ArrayList<>();

  WarmUpTensors(Device device) {
    for (int i = 0; i < Kernel.TENSORS; i++) {
      HostBuffer buffer = device.allocate((long) ELEMENTS * DataType.FP64.byteSize());
      buffers.add(buffer);
      fill(buffer.segment());
    }
  }

  List<MemorySegment> segments() {
    return buffers.stream().map(HostBuffer::segment).toList();
  }

  /** Every 16-bit pattern of it, read as the upper end of any type, is a normal number below 2. */
  private static void fill(MemorySegment segment) {
    for (long i = 0; i < segment.byteSize() / 2; i++) {
      short number = (short) (0x3800 + (i * 37 & 0x7ff) | (i & 1) << 15);
      segment.setAtIndex(ValueLayout.JAVA_SHORT, i, number);
    }
  }

  @Override
  public void close() {
    buffers.forEach(HostBuffer::close);
  }
}
