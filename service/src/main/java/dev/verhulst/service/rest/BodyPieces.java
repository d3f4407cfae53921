package dev.verhulst.service.rest;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a body in order, in one piece of memory or in several: a body of unknown length
 * grows by a piece at a time and never moves. Not thread-safe.
 */
final class BodyPieces {

  private final List<MemorySegment> pieces = new ArrayList<>(1);
  private long byteSize;

  static BodyPieces of(MemorySegment first) {
    BodyPieces pieces = new BodyPieces();
    pieces.add(first);
    return pieces;
  }

  /** Puts a piece behind the others. */
  void add(MemorySegment piece) {
    pieces.add(piece);
    byteSize += piece.byteSize();
  }

  /** How many bytes all pieces have together. */
  long byteSize() {
    return byteSize;
  }

  /** Whether they lie outside of the heap. */
  boolean isNative() {
    return pieces.getFirst().isNative();
  }

  /** Copies {@code count} bytes from {@code offset} on, which must be there. */
  void copy(long offset, byte[] to, int at, int count) {
    long start = offset;
    int copied = 0;
    for (MemorySegment piece : pieces) {
      if (copied == count) {
        return;
      }
      if (start < piece.byteSize()) {
        int length = (int) Math.min(piece.byteSize() - start, count - copied);
        MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, start, to, at + copied, length);
        copied += length;
        start = 0;
      } else {
        start -= piece.byteSize();
      }
    }
  }

  /** Copies everything to where there is as much room. */
  void copyTo(MemorySegment to) {
    long position = 0;
    for (MemorySegment piece : pieces) {
      MemorySegment.copy(piece, 0, to, position, piece.byteSize());
      position += piece.byteSize();
    }
  }
}
