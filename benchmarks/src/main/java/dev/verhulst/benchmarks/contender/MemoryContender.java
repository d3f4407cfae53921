package dev.verhulst.benchmarks.contender;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Memory itself: what it costs to move an operation's operands, with nothing computed. */
public final class MemoryContender implements Contender {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Parts begin at multiples of it, so that no two threads write to one cache line. */
  private static final long PART_ALIGNMENT = 64;

  /** Below it, handing a part to another thread costs more than it saves. */
  private static final long WORTH_SHARING = 1 << 20;

  private final int threads;
  private final ExecutorService otherThreads;

  /**
   * @param threads how many threads share a tensor, each one contiguous part of it
   */
  public MemoryContender(int threads) {
    this.threads = threads;
    this.otherThreads = Executors.newFixedThreadPool(Math.max(1, threads - 1));
  }

  @Override
  public PreparedOperation prepare(Operation operation, Operands operands) {
    int count = operands.x().byteSize() < WORTH_SHARING ? 1 : threads;
    List<Runnable> parts =
        IntStream.range(0, count).mapToObj(part -> part(operation, operands, part, count)).toList();
    return count == 1 ? parts.getFirst()::run : () -> runTogether(parts);
  }

  @Override
  public void close() {
    otherThreads.close();
  }

  private static Runnable part(Operation operation, Operands operands, int part, int count) {
    long byteSize = operands.x().byteSize();
    long partSize = Math.ceilDiv(Math.ceilDiv(byteSize, count), PART_ALIGNMENT) * PART_ALIGNMENT;
    long start = Math.min(part * partSize, byteSize);
    long size = Math.min(partSize, byteSize - start);
    MemorySegment x = operands.x().asSlice(start, size);
    return switch (operation) {
      case COPY -> {
        MemorySegment y = operands.y().asSlice(start, size);
        yield () -> MemorySegment.copy(x, 0, y, 0, size);
      }
      case NEGATION_IN_PLACE -> {
        if (operands.dataType() != DataType.FP32) {
          throw new UnsupportedOperationException("memory is negated in FP32 alone");
        }
        yield () -> negate(x);
      }
      case SIGMOID, SIGMOID_IN_PLACE, LOG_SIGMOID, CROSS_ENTROPY, CROSS_ENTROPY_AND_GRADIENT ->
          throw new UnsupportedOperationException("memory alone computes no " + operation.label());
    };
  }

  private static void negate(MemorySegment x) {
    long byteSize = x.byteSize();
    long bound = byteSize - byteSize % SPECIES.vectorByteSize();
    for (long i = 0; i < bound; i += SPECIES.vectorByteSize()) {
      FloatVector.fromMemorySegment(SPECIES, x, i, ByteOrder.nativeOrder())
          .neg()
          .intoMemorySegment(x, i, ByteOrder.nativeOrder());
    }
    for (long i = bound; i < byteSize; i += Float.BYTES) {
      x.set(ValueLayout.JAVA_FLOAT, i, -x.get(ValueLayout.JAVA_FLOAT, i));
    }
  }

  /** Runs the first part in this thread and the others beside it. */
  private void runTogether(List<Runnable> parts) throws Exception {
    List<Future<?>> others = new ArrayList<>();
    for (Runnable part : parts.subList(1, parts.size())) {
      others.add(otherThreads.submit(part));
    }
    parts.getFirst().run();
    for (Future<?> other : others) {
      other.get();
    }
  }
}
