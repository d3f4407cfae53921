package dev.verhulst.service.device;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;

/** What kernels read and write while they warm up: numbers around 0, in every type. */
final class WarmUpTensors implements AutoCloseable {

  /** Small enough for a cache, large enough for a kernel's loop to outweigh its call. */
  static final int ELEMENTS = 4096;

  private static final long BYTE_SIZE = (long) ELEMENTS * DataType.FP64.byteSize();

  private final HostBuffer buffer;

  WarmUpTensors(Device device) {
    buffer = device.allocate(Kernel.TENSORS * BYTE_SIZE);
    fill(buffer.segment());
  }

  List<MemorySegment> segments() {
    return LongStream.range(0, Kernel.TENSORS)
        .mapToObj(i -> buffer.segment().asSlice(i * BYTE_SIZE, BYTE_SIZE))
        .toList();
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
    buffer.close();
  }
}
