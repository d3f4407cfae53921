package dev.verhulst.spark;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition with the sigmoid of one of their columns behind the others. Batches of
 * {@value #BATCH} rows go through the kernel at once. Its memory is freed when Spark's task ends,
 * with or without an error.
 */
final class SigmoidRows implements Iterator<Row> {

  /** How many rows a batch has: 64 KiB of doubles, which stay in a processor's cache. */
  static final int BATCH = 8192;

  private final Iterator<Row> rows;
  private final int column;
  // Spark runs a task on each core: one thread for the kernel.
  private final CpuDevice device = new CpuDevice(1);
  private final HostBuffer buffer = device.allocate((long) BATCH * Double.BYTES);
  private final List<Row> batch = new ArrayList<>(BATCH);
  private int next;

  SigmoidRows(Iterator<Row> rows, int column) {
    this.rows = rows;
    this.column = column;
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) _ -> close());
  }

  @Override
  public boolean hasNext() {
    return next < batch.size() || rows.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (next == batch.size()) {
      computeBatch();
    }
    int index = next++;
    Row row = batch.get(index);
    @Nullable Object[] values = new @Nullable Object[row.length() + 1];
    for (int i = 0; i < row.length(); i++) {
      values[i] = row.get(i);
    }
    if (!row.isNullAt(column)) {
      values[row.length()] = buffer.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, index);
    }
    return RowFactory.create(values);
  }

  private void computeBatch() {
    batch.clear();
    next = 0;
    MemorySegment segment = buffer.segment();
    while (batch.size() < BATCH && rows.hasNext()) {
      Row row = rows.next();
      double logit = row.isNullAt(column) ? 0 : ((Number) row.get(column)).doubleValue();
      segment.setAtIndex(ValueLayout.JAVA_DOUBLE, batch.size(), logit);
      batch.add(row);
    }
    MemorySegment logits = segment.asSlice(0, (long) batch.size() * Double.BYTES);
    ActivationTask inPlace =
        new ActivationTask(
            batch.size(), batch.size(), logits, null, null, /* y= */ logits, null, null);
    device.run(new Sigmoid(), DataType.FP64, List.of(inPlace));
  }

  private void close() {
    buffer.close();
    device.close();
  }
}
