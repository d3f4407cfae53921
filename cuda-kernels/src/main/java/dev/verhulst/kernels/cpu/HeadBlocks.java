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
  private final long labelBlocks;

  /**
   * Labels are cut at multiples of so many: panels, or vectors where whole panels would give one
   * thread clearly more than another.
   */
  private final int labelUnit;

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
      labelBlocks = 1;
      labelUnit = weights.labels();
    } else {
      long wanted = Math.min(WANTED_PER_THREAD * threads, nanoseconds / WORTH_DEALING_NANOSECONDS);
      long panels = Math.ceilDiv(weights.labels(), weights.panelWidth());
      long cached = Math.clamp(CACHED_BYTES / weights.panelBytes(), 1, panels);
      long fewest = Math.ceilDiv(panels, cached);
      rowBlocks = productRowBlocks(Math.ceilDiv(wanted, fewest), threads);
      long parts = Math.clamp(Math.ceilDiv(wanted, Math.max(1, rowBlocks)), fewest, panels);
      boolean hasEvenRows = rowBlocks % threads == 0;
      labelBlocks = hasEvenRows ? parts : evenLabelBlocks(parts, threads);
      labelUnit = hasEvenRows || 2 * labelBlocks <= panels ? weights.panelWidth() : weights.lanes();
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

  /** Where each thread has some, so many that each gets as many as the others. */
  private long evenLabelBlocks(long blocks, int threads) {
    long even = Math.ceilDiv(blocks, threads) * threads;
    return blocks >= threads && even <= weights.vectors(weights.labels()) ? even : blocks;
  }

  /** Weights in parts are read anew by every block, so that its rows should be many. */
  private long productRowBlocks(long wanted, int threads) {
    int fewest = weights.parts() > 1 ? ROWS : FEW_ROWS;
    return Math.max(evenRowBlocks(ROWS, threads), Math.min(wanted, rowCount / fewest));
  }

  /** How many blocks there are: those of the same labels follow one another. */
  long count() {
    return rowBlocks * labelBlocks;
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
    return label(block / rowBlocks);
  }

  /** How many labels a block has. */
  int labels(long block) {
    return label(block / rowBlocks + 1) - firstLabel(block);
  }

  private int label(long labelBlock) {
    long units = Math.ceilDiv(weights.labels(), labelUnit);
    return (int) Math.min(units * labelBlock / labelBlocks * labelUnit, weights.labels());
  }
}
