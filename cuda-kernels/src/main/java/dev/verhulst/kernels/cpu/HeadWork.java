package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.activation.Lanes;
import dev.verhulst.kernels.activation.Sigmoid;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A head over the rows of several requests: the product, the biases, the calibration and the
 * sigmoid, block by block.
 */
final class HeadWork implements Work, AutoCloseable {

  /** Of a panel of one vector, and of dot products; wider panels are faster. */
  private static final double FLOPS_PER_NANOSECOND = 50;

  private static final double BYTES_PER_NANOSECOND = 30;

  private final PackedWeights weights;
  private final boolean isPlain;
  private final DataType dataType;
  private final List<HeadTask> tasks;
  private final HeadRows rows;
  private final MemorySegment[] sums;
  private final @Nullable CpuHostBuffer[] temporary;
  private final HeadBlocks blocks;
  private final ElementwiseKernel sigmoid;
  private final BlockRunner runner;

  /**
   * @param isPlain whether logits go into the sigmoid as they are
   * @param threads how many threads may take part
   */
  HeadWork(PackedWeights weights, boolean isPlain, List<HeadTask> tasks, int threads) {
    this.weights = weights;
    this.isPlain = isPlain;
    this.tasks = tasks;
    dataType = weights.dataType();
    int byteSize = dataType.byteSize();
    long outputBytes = (long) weights.labels() * byteSize;
    rows = new HeadRows(tasks, (long) weights.features() * byteSize, outputBytes);
    sums = new MemorySegment[tasks.size()];
    temporary = new CpuHostBuffer[tasks.size()];
    boolean complete = false;
    try {
      for (int i = 0; i < sums.length; i++) {
        HeadTask task = tasks.get(i);
        if (task.logits() != null) {
          sums[i] = task.logits();
        } else if (task.probabilities() != null) {
          sums[i] = task.probabilities();
        } else {
          CpuHostBuffer buffer = new CpuHostBuffer(task.rows() * outputBytes);
          temporary[i] = buffer;
          sums[i] = buffer.segment();
        }
      }
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
    blocks = new HeadBlocks(weights, rows.count(), threads, nanoseconds());
    Lanes lanes = new Sigmoid().lanes();
    sigmoid = new ElementwiseKernel(Loops.of(lanes, dataType), lanes, Output.VALUE);
    runner = BlockRunner.direct(dataType);
  }

  @Override
  public long blocks() {
    return blocks.count();
  }

  @Override
  public long nanoseconds() {
    double products = (double) weights.labels() * weights.features();
    int vectors = weights.byDots() ? 1 : weights.panelVectors();
    double outputs = (double) weights.labels() * rows.count();
    return (long)
        (2 * products * rows.count() / (FLOPS_PER_NANOSECOND * vectors)
            + products * dataType.byteSize() / BYTES_PER_NANOSECOND
            + outputs / 4);
  }

  @Override
  public void compute(long block, Scratch scratch) {
    long firstRow = blocks.firstRow(block);
    int rowCount = blocks.rows(block);
    int firstLabel = blocks.firstLabel(block);
    int labelCount = blocks.labels(block);
    if (weights.byShortDots()) {
      shortDots(firstRow, rowCount);
    } else if (weights.byDots()) {
      dots(firstRow, rowCount, scratch);
    } else if (weights.isNarrow()) {
      narrowProduct(firstRow, rowCount, scratch);
    } else {
      product(firstRow, rowCount, firstLabel, firstLabel + labelCount, scratch);
    }
    finish(firstRow, rowCount, firstLabel, labelCount, scratch);
  }

  private void shortDots(long firstRow, int rowCount) {
    long rowBytes = (long) weights.features() * dataType.byteSize();
    long resultBytes = (long) weights.labels() * dataType.byteSize();
    long row = firstRow;
    while (row < firstRow + rowCount) {
      long together = rows.together(row, firstRow + rowCount - row);
      long features = rows.features(row);
      long result = rows.result(sums, row);
      for (int label = 0; label < weights.labels(); label++) {
        ShortDots.compute(
            features,
            rowBytes,
            together,
            weights.features(),
            weights.row(label),
            weights.bias(label),
            result + (long) label * dataType.byteSize(),
            resultBytes,
            dataType);
      }
      row += together;
    }
  }

  private void dots(long firstRow, int rowCount, Scratch scratch) {
    int vectorBytes = weights.vectorBytes();
    boolean hasRests = weights.features() * dataType.byteSize() % vectorBytes != 0;
    int rowsAtOnce = Math.min(rowCount, rowsAtOnce());
    long[] from = new long[rowsAtOnce];
    long[] rests = new long[rowsAtOnce];
    long[] to = new long[rowsAtOnce];
    for (int i = 0; i < rowsAtOnce; i++) {
      rests[i] = scratch.address() + (long) i * vectorBytes;
    }
    long vectors = scratch.address() + (long) rowsAtOnce * vectorBytes;
    int groups = DotLoop.groups(weights.labels());
    for (int row = 0; row < rowCount; row += rowsAtOnce) {
      int count = Math.min(rowsAtOnce, rowCount - row);
      rows.addresses(sums, firstRow + row, count, from, to);
      if (hasRests) {
        DotEnds.copyRests(from, count, weights.features(), rests, dataType);
      }
      for (int group = 0; group < groups; group++) {
        int label = weights.labels() * group / groups;
        int together = weights.labels() * (group + 1) / groups - label;
        for (int i = 0; i < count; i += DotLoop.ROWS) {
          TileLoops.dot(Math.min(DotLoop.ROWS, count - i), together, dataType)
              .compute(
                  from,
                  rests,
                  i,
                  weights.row(label),
                  weights.rowBytes(),
                  weights.features(),
                  vectors + (long) i * together * vectorBytes);
        }
        DotEnds.addLanes(vectors, count, together, weights.bias(label), to, dataType);
        for (int i = 0; i < count; i++) {
          to[i] += (long) together * dataType.byteSize();
        }
      }
    }
  }

  /** So many rows of dot products that they, and their vectors, stay close for all labels. */
  private int rowsAtOnce() {
    long rowBytes = (long) weights.features() * dataType.byteSize();
    long rows = (32 << 10) / rowBytes / DotLoop.ROWS * DotLoop.ROWS;
    long room = Scratch.BYTE_SIZE / ((1 + DotLoop.LABELS) * weights.vectorBytes());
    return (int) Math.clamp(rows, DotLoop.ROWS, room / DotLoop.ROWS * DotLoop.ROWS);
  }

  /** Where a request has enough rows, in one go; rows of small requests by tiles. */
  private void narrowProduct(long firstRow, int rowCount, Scratch scratch) {
    long endRow = firstRow + rowCount;
    long row = firstRow;
    while (row < endRow) {
      long few = row;
      long together = rows.together(row, endRow - row);
      while (together > 0 && together < NarrowProduct.ROWS) {
        row += together;
        together = row < endRow ? rows.together(row, endRow - row) : 0;
      }
      if (row > few) {
        product(few, (int) (row - few), 0, weights.labels(), scratch);
      }
      if (together > 0) {
        NarrowProduct.compute(
            rows.features(row),
            (long) weights.features() * dataType.byteSize(),
            together,
            weights.features(),
            weights.vector(0, 0),
            weights.bias(0),
            weights.labels(),
            rows.result(sums, row),
            (long) weights.labels() * dataType.byteSize());
        row += together;
      }
    }
  }

  private void product(long firstRow, int rowCount, int firstLabel, int endLabel, Scratch scratch) {
    long[] from = new long[rowCount];
    long[] to = new long[rowCount];
    rows.addresses(sums, firstRow, rowCount, from, to);
    new ProductBlock(weights, from, to, scratch).compute(firstLabel, endLabel);
  }

  /** Calibration and sigmoid, while the sums are in the cache. */
  private void finish(
      long firstRow, int rowCount, int firstLabel, int labelCount, Scratch scratch) {
    boolean wholeRows = labelCount == weights.labels();
    long row = firstRow;
    while (row < firstRow + rowCount) {
      long together = wholeRows ? rows.together(row, firstRow + rowCount - row) : 1;
      MemorySegment probabilities = tasks.get(rows.task(row)).probabilities();
      if (probabilities != null) {
        long labelOffset = (long) firstLabel * dataType.byteSize();
        long from = rows.result(sums, row) + labelOffset;
        long offset = from - sums[rows.task(row)].address();
        finish(from, probabilities.address() + offset, firstLabel, labelCount, together, scratch);
      }
      row += together;
    }
  }

  private void finish(
      long sum, long probability, int firstLabel, int labelCount, long rowCount, Scratch scratch) {
    long from = sum;
    if (!isPlain) {
      AffineLoop.apply(
          from,
          probability,
          weights.slope(firstLabel),
          weights.shift(firstLabel),
          labelCount,
          rowCount,
          dataType);
      from = probability;
    }
    scratch.clearOperands();
    scratch.inputs[0] = from;
    scratch.outputs[0] = probability;
    runner.run(sigmoid, scratch, (int) (rowCount * labelCount));
  }

  @Override
  public void close() {
    for (CpuHostBuffer buffer : temporary) {
      if (buffer != null) {
        buffer.close();
      }
    }
  }
}
