package dev.verhulst.benchmarks.contender;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/**
 * The memory that an operation reads and writes, the same for every contender: off-heap, each
 * operand at the start of a page, filled with logits from -8 to 8 and targets from 0 to 1 that
 * repeat after {@link #PERIOD} elements.
 */
public final class Operands implements AutoCloseable {

  /** After how many elements the logits and targets repeat. */
  static final int PERIOD = 1 << 14;

  /**
   * A processor tells by the place within a page whether a load may need what an earlier store
   * writes: a result that begins up to eight vectors after its operand, page boundaries aside,
   * makes every load wait for such a store, and takes up to half as long again.
   */
  private static final long PAGE = 4096;

  private static final long SEED = 20_260_131;

  private final Arena arena = Arena.ofShared();
  private final DataType dataType;
  private final long elements;
  private final MemorySegment x;
  private final MemorySegment target;
  private final MemorySegment y;
  private final MemorySegment loss;
  private final double[] logits;
  private final double[] targets;

  public Operands(Operation operation, DataType dataType, long elements) {
    this.dataType = dataType;
    this.elements = elements;
    x = allocate(elements);
    target = allocate(operation.isLoss() ? elements : 0);
    y = operation.isInPlace() ? x : allocate(elements);
    loss = allocate(1);
    SplittableRandom random = new SplittableRandom(SEED);
    logits = fill(x, random, -8, 8);
    targets = fill(target, random, 0, 1);
  }

  public DataType dataType() {
    return dataType;
  }

  public long elements() {
    return elements;
  }

  /** The logits. */
  public MemorySegment x() {
    return x;
  }

  /** The targets, for the cross-entropies; empty for other operations. */
  public MemorySegment target() {
    return target;
  }

  /** Where the result goes, or the gradient; the logits' own memory where it is in place. */
  public MemorySegment y() {
    return y;
  }

  /** Where the mean loss goes: one element. */
  public MemorySegment loss() {
    return loss;
  }

  /** The logit at an index, as it was before anything was computed in place. */
  double logit(long index) {
    return logits[(int) (index % PERIOD)];
  }

  /** The target at an index. */
  double target(long index) {
    return targets[(int) (index % PERIOD)];
  }

  @Override
  public void close() {
    arena.close();
  }

  private MemorySegment allocate(long elements) {
    return arena.allocate(elements * dataType.byteSize(), PAGE);
  }

  /** Fills memory and returns the values that repeat in it. */
  private double[] fill(MemorySegment memory, SplittableRandom random, double from, double to) {
    int period = (int) Math.min(PERIOD, memory.byteSize() / dataType.byteSize());
    double[] values = new double[period];
    for (int i = 0; i < period; i++) {
      Elements.set(memory, dataType, i, (float) random.nextDouble(from, to));
      values[i] = Elements.get(memory, dataType, i);
    }
    long periodBytes = (long) PERIOD * dataType.byteSize();
    for (long start = periodBytes; start < memory.byteSize(); start += periodBytes) {
      MemorySegment.copy(
          memory, 0, memory, start, Math.min(periodBytes, memory.byteSize() - start));
    }
    return values;
  }
}
