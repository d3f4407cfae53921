package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;

/**
 * The launch geometries of the kernels on one device. All kernels but the reduction of a loss go
 * through their elements in strides of the whole grid, so that any grid computes any size.
 */
final class Launches {

  private static final int THREADS = 256;
  private static final int THREADS_OF_A_PIECE = 128;
  private static final int ELEMENTS_PER_THREAD = 4;
  private static final long VECTOR_BYTES = 16;
  private static final int WARP = 32;

  /** The rows, and the labels, of a tile in {@code head_product.cu}. */
  private static final long TILE = 64;

  /** Enough blocks that a multiprocessor always has work in flight. */
  private static final int BLOCKS_PER_MULTIPROCESSOR = 16;

  /** Fixed, so that a loss has the same bits on every device and in every batch. */
  static final int MOST_PARTIALS = 1024;

  private final int mostBlocks;

  Launches(int multiprocessors) {
    mostBlocks = multiprocessors * BLOCKS_PER_MULTIPROCESSOR;
  }

  /** For a kernel whose threads compute elements. */
  LaunchGeometry elements(long elements) {
    return new LaunchGeometry(blocks(elements, mostBlocks), THREADS);
  }

  /**
   * For a kernel whose blocks compute a row at a time. The threads of a block depend on the row's
   * length alone, since the order of a row's sum depends on them.
   */
  LaunchGeometry rows(long rows, long columns, DataType dataType) {
    long vectors = Math.ceilDiv(columns * dataType.byteSize(), VECTOR_BYTES);
    long threads = Math.min(GatherPlan.roundUp(vectors, WARP), THREADS);
    return new LaunchGeometry((int) Math.min(rows, mostBlocks), (int) threads);
  }

  /**
   * For a kernel whose blocks compute a piece at a time. Pieces may be smaller than a vector for
   * each of its threads, so there are few.
   */
  LaunchGeometry pieces(int pieces) {
    return new LaunchGeometry(Math.min(pieces, mostBlocks), THREADS_OF_A_PIECE);
  }

  /** For the plain product of a head, whose blocks compute tiles. */
  LaunchGeometry tiles(long rows, long labels) {
    long tiles = Math.ceilDiv(rows, TILE) * Math.ceilDiv(labels, TILE);
    return new LaunchGeometry((int) Math.min(tiles, mostBlocks), THREADS);
  }

  /** For a loss, whose blocks leave one partial sum each: a function of its size alone. */
  static LaunchGeometry loss(long elements) {
    return new LaunchGeometry(blocks(elements, MOST_PARTIALS), THREADS);
  }

  /** For the reduction of partial sums. */
  static LaunchGeometry reduction() {
    return new LaunchGeometry(1, THREADS);
  }

  private static int blocks(long elements, int most) {
    return (int) Math.min(Math.ceilDiv(elements, (long) THREADS * ELEMENTS_PER_THREAD), most);
  }
}
