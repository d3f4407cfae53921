package dev.verhulst.service.memory;

import java.lang.foreign.MemorySegment;

/**
 * Tensor memory lent to one request, until it is closed. Closing twice is harmless; whoever leased
 * it closes it, on every path.
 */
public interface Lease extends AutoCloseable {

  /** Exactly as many bytes as were asked for, aligned to 64 bytes, of undefined content. */
  MemorySegment segment();

  @Override
  void close();
}
