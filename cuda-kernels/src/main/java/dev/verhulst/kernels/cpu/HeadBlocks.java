package dev.verhulst.kernels.cpu;

/**
 * How the rows and labels of a head are cut into the blocks that threads take: some rows by some
 * labels. Where rows are few, labels are cut more finely, so that several threads have something to
 * do.
 */
final class HeadBlocks {

  /** Rows of a narrow product in a block at most. */
  private static final int NARROW_ROWS = 192;

  /** Rows of any other product in a block at most. */
  private static final int ROWS = 344;

  /** Fewer rows are not worth the weights that each block reads from the second-level cache. */
  private static final int FEW_ROWS = 64;

  /** So many bytes of weights stay in the second-level cache from row block to row block. */
  private static final long CACHED_BYTES = 640 << 10;

  /** So many bytes of features are enough for a block of dot products. */
  private static final long DOT_BYTES = 256 << 10;

  /** So many blocks of a product level out that threads differ in speed. */
  private static final long WANTED_PER_THREAD = 16;

  /** A block that takes less is not worth dealing out. */
  private static final long WORTH_DEALING_NANOSECONDS = 10_000;

  private final PackedWeights weights;
  private final long rowCount;
  private final long rowBlocks;
  private final int labelsPerBlock;

  /**
   * @param rowCount how many rows there are
   * @param threads how many threads may take part
   * @param nanoseconds how long all of it takes one thread, about
   */
  HeadBlocks(PackedWeights weights, long rowCount, int threads, long nanoseconds) {
    this.weights = weights;
    this.rowCount = rowCount;
    if (weights.byDots() || weights.isNarrow()) {
      rowBlocks = evenRowBlocks(weights.byDots() ? dotRows() : NARROW_ROWS, threads);
      labelsPerBlock = weights.labels();
    } else {
      long wanted = Math.min(WANTED_PER_THREAD * threads, nanoseconds / WORTH_DEALING_NANOSECONDS);
      long panels = Math.ceilDiv(weights.labels(), weights.panelWidth());
      long cached = Math.clamp(CACHED_BYTES / weights.panelBytes(), 1, panels);
      rowBlocks = productRowBlocks(Math.ceilDiv(wanted, Math.ceilDiv(panels, cached)));
      long parts = Math.clamp(Math.ceilDiv(wanted, Math.max(1, rowBlocks)), 1, panels);
      labelsPerBlock = (int) Math.min(cached, Math.ceilDiv(panels, parts)) * weights.panelWidth();
    }
  }

  private int dotRows() {
    long rowBytes = (long) weights.features() * weights.dataType().byteSize();
    return (int) Math.clamp(DOT_BYTES / rowBytes, 4 * DotLoop.ROWS, 512 * DotLoop.ROWS);
  }

  /** Where there is more than one, so many that each thread gets as many rows as the others. */
  private long evenRowBlocks(int rowsPerBlock, int threads) {
    long blocks = Math.ceilDiv(rowCount, rowsPerBlock);
    long even = Math.ceilDiv(blocks, threads) * threads;
    return blocks > 1 && rowCount / even >= rowsPerBlock / 4 ? even : blocks;
  }

  /** Weights in parts are read anew by every block, so that its rows should be many. */
  private long productRowBlocks(long wanted) {
    int fewest = weights.parts() > 1 ? ROWS : FEW_ROWS;
    return Math.max(Math.ceilDiv(rowCount, ROWS), Math.min(wanted, rowCount / fewest));
  }

  /** How many blocks there are: those of the same labels follow one another. */
  long count() {
    return rowBlocks * Math.ceilDiv(weights.labels(), labelsPerBlock);
  }

  /** The first row of a block. */
  long firstRow(long block) {
    return start(block % rowBlocks);
  }

  /** How many rows a block has. */
  int rows(long block) {
    return (int) (start(block % rowBlocks + 1) - firstRow(block));
  }

  /** Whole tiles, the last block of rows aside. */
  private long start(long rowBlock) {
    long row = rowCount * rowBlock / rowBlocks;
    return rowBlock == rowBlocks ? row : row / ProductLoop.ROWS * ProductLoop.ROWS;
  }

  /** The first label of a block. */
  int firstLabel(long block) {
    return (int) (block / rowBlocks) * labelsPerBlock;
  }

  /** How many labels a block has. */
  int labels(long block) {
    return Math.min(labelsPerBlock, weights.labels() - firstLabel(block));
  }
}
