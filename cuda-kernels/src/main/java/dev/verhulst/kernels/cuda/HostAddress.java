package dev.verhulst.kernels.cuda;

import java.lang.foreign.MemorySegment;
import jcuda.Pointer;

/** An address of host memory, as JCuda takes it: also beyond the 2 GiB of a direct buffer. */
final class HostAddress extends Pointer {

  private HostAddress(long address) {
    super(address);
  }

  static HostAddress of(MemorySegment segment, long offset) {
    return new HostAddress(segment.address() + offset);
  }

  long address() {
    return getNativePointer();
  }
}
