package dev.verhulst.service.metrics;

import dev.verhulst.service.metrics.ModelStatistics.Batch;
import dev.verhulst.service.metrics.ModelStatistics.Total;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The executions of a model by the size of their batch. Callers choose the sizes, so they are kept
 * apart up to a number; what comes after that is counted under the next power of two. Thread-safe.
 */
final class BatchStatistics {

  private static final int SIZES_KEPT_APART = 256;

  private final Map<Long, Row> rows = new ConcurrentHashMap<>();

  private static final class Row {
    final LongAdder executions = new LongAdder();
    final LongAdder inputNanos = new LongAdder();
    final LongAdder inferNanos = new LongAdder();
    final LongAdder outputNanos = new LongAdder();
  }

  void executed(long batchSize, long nanos) {
    Row row = row(batchSize);
    row.executions.increment();
    row.inferNanos.add(nanos);
  }

  /** Adds what a request of an execution took beside the device. */
  void answered(long batchSize, long inputNanos, long outputNanos) {
    Row row = row(batchSize);
    row.inputNanos.add(inputNanos);
    row.outputNanos.add(outputNanos);
  }

  List<Batch> snapshot() {
    return rows.entrySet().stream()
        .map(entry -> batch(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingLong(Batch::batchSize))
        .toList();
  }

  private static Batch batch(long batchSize, Row row) {
    long executions = row.executions.sum();
    return new Batch(
        batchSize,
        new Total(executions, row.inputNanos.sum()),
        new Total(executions, row.inferNanos.sum()),
        new Total(executions, row.outputNanos.sum()));
  }

  private Row row(long batchSize) {
    Row row = rows.get(batchSize);
    if (row != null) {
      return row;
    }
    long size = rows.size() < SIZES_KEPT_APART ? batchSize : roundedUp(batchSize);
    return rows.computeIfAbsent(size, any -> new Row());
  }

  private static long roundedUp(long batchSize) {
    long power = Long.highestOneBit(batchSize);
    return power == batchSize || power == 1L << 62 ? power : 2 * power;
  }
}
