package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.verhulst.kernels.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The pieces of tensors that one launch of a mapped kernel computes, in page-locked memory, as
 * {@code mapped.cu} reads them: addresses, which are 0 where there is no such tensor, and a number
 * of elements. Nobody may touch it while a launch reads it.
 */
final class MappedPieces implements AutoCloseable {

  /** How many pieces there is room for: a batch of some thousand tensors takes one launch. */
  static final int CAPACITY = 8192;

  private static final long PIECE_BYTES = 64;

  private final HostBuffer buffer;
  private final MemorySegment table;
  private int count;

  /**
   * @param context the one whose kernels read the table, through which it is page-locked, also
   *     before its device has joined the others
   */
  MappedPieces(PageLockedMemory memory, CudaContext context) {
    buffer = memory.allocate(CAPACITY * PIECE_BYTES, List.of(context));
    table = buffer.segment();
  }

  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  boolean isFull() {
    return count == CAPACITY;
  }

  void add(long x, long gradY, long y, long dyDx, long gradX, long elements) {
    long piece = count * PIECE_BYTES;
    table.set(JAVA_LONG, piece, x);
    table.set(JAVA_LONG, piece + 8, gradY);
    table.set(JAVA_LONG, piece + 16, y);
    table.set(JAVA_LONG, piece + 24, dyDx);
    table.set(JAVA_LONG, piece + 32, gradX);
    table.set(JAVA_LONG, piece + 40, elements);
    count++;
  }

  /** Where the kernel finds it. */
  long address() {
    return table.address();
  }

  @Override
  public void close() {
    buffer.close();
  }
}
