package dev.verhulst.kernels.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * Which parts of which tensors share a launch. Many small tensors are gathered in one chunk, each
 * at a multiple of the unit; a tensor that is too large for one is cut, at multiples of the unit,
 * into several. What lies between two tensors of a chunk is computed too, and belongs to nobody.
 */
final class GatherPlan {

  /**
   * A part of a tensor, in elements.
   *
   * @param tensor which tensor
   * @param start where the part starts in its tensor
   * @param length how long it is
   * @param offset where it lies in its chunk
   */
  record Piece(int tensor, long start, long length, long offset) {}

  /**
   * What one launch computes.
   *
   * @param elements from the chunk's start to the end of its last piece
   */
  record Chunk(List<Piece> pieces, long elements) {}

  private final long unit;
  private final long limit;
  private final List<Chunk> chunks = new ArrayList<>();
  private List<Piece> pieces = new ArrayList<>();
  private long end;

  private GatherPlan(long unit, long limit) {
    this.unit = unit;
    this.limit = limit;
  }

  /**
   * Plans the chunks, in the order of the tensors.
   *
   * @param lengths the lengths of the tensors, in elements
   * @param unit what cuts and offsets are multiples of, in elements
   * @param limit how many elements a chunk has at most: a multiple of the unit
   */
  static List<Chunk> of(long[] lengths, long unit, long limit) {
    GatherPlan plan = new GatherPlan(unit, limit);
    for (int tensor = 0; tensor < lengths.length; tensor++) {
      plan.add(tensor, lengths[tensor]);
    }
    plan.endChunk();
    return plan.chunks;
  }

  /** How much room tensors of these lengths take, in elements. */
  static long room(long[] lengths, long unit) {
    long room = 0;
    for (long length : lengths) {
      room += roundUp(length, unit);
    }
    return room;
  }

  static long roundUp(long value, long unit) {
    return Math.ceilDiv(value, unit) * unit;
  }

  private void add(int tensor, long length) {
    for (long start = 0; start < length; ) {
      long offset = roundUp(end, unit);
      if (offset >= limit) {
        endChunk();
        offset = 0;
      }
      long part = Math.min(length - start, limit - offset);
      pieces.add(new Piece(tensor, start, part, offset));
      end = offset + part;
      start += part;
    }
  }

  private void endChunk() {
    if (!pieces.isEmpty()) {
      chunks.add(new Chunk(pieces, end));
      pieces = new ArrayList<>();
      end = 0;
    }
  }
}
