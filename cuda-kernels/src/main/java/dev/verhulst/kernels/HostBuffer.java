package dev.verhulst.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Host memory that a device reads and writes at its full speed: page-locked for CUDA, plain
 * off-heap memory for the CPU. It starts at an address that is a multiple of {@link #ALIGNMENT}.
 * Its content is undefined until it is written. Closing it frees the memory; no segment of it may
 * be touched after that.
 */
public interface HostBuffer extends AutoCloseable {

  /** The alignment of a buffer's first byte, in bytes: one cache line, and one 512-bit vector. */
  int ALIGNMENT = 64;

  /** The whole buffer, in the global scope: valid in every thread until {@link #close()}. */
  MemorySegment segment();

  @Override
  void close();
}
