package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.DataType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs the loops that a head's product is made of until the just-in-time compiler is done with
 * them. It does so by many calls of a few terms each: a loop that is entered once and runs long is
 * replaced half-way by code that keeps its vectors on the heap, and stays up to 1000 times slower
 * until the method has been called often enough to be compiled as a whole.
 */
final class TileWarmUp implements AutoCloseable {

  private static final int DEPTH = 32;
  private static final long TURN_NANOS = 500_000;
  private static final long REST_NANOS = 2_000_000;

  /** Compiled code takes below 1 ns a vector operation, anything else some tens and more. */
  private static final double FAST_NANOS = 8;

  /** What a call takes beside its operations. */
  private static final double CALL_NANOS = 200;

  private final DataType dataType;
  private final CpuHostBuffer buffer;
  private final long zeros;
  private final long[] features = new long[ProductLoop.ROWS];
  private final long[] sums = new long[ProductLoop.ROWS];
  private final List<Tile> slow = new ArrayList<>();

  /** A loop that is not fast yet. */
  private record Tile(Runnable call, double fastNanos) {

    /** Runs it for a while; whether it is fast. */
    boolean takeTurn() {
      long begun = System.nanoTime();
      long elapsed;
      long calls = 0;
      do {
        call.run();
        calls++;
        elapsed = System.nanoTime() - begun;
      } while (elapsed < TURN_NANOS);
      return elapsed <= fastNanos * calls;
    }
  }

  TileWarmUp(PackedWeights weights) {
    dataType = weights.dataType();
    // A row of sums and the weights of a tile are the longest there are; all of it is zeros.
    long vectorBytes = weights.vectorBytes();
    long longest = (DEPTH + 1) * ProductLoop.VECTORS * vectorBytes;
    buffer = new CpuHostBuffer((1L + ProductLoop.ROWS) * longest);
    buffer.segment().fill((byte) 0);
    zeros = buffer.segment().address();
    for (int row = 0; row < ProductLoop.ROWS; row++) {
      features[row] = zeros;
      sums[row] = zeros + (row + 1) * longest;
    }
    if (weights.byShortDots()) {
      addShortDots(weights.features());
    } else if (weights.byDots()) {
      addDots(weights.labels(), (int) (vectorBytes / dataType.byteSize()));
    } else {
      for (int vectors = 1; vectors <= weights.panelVectors(); vectors++) {
        addProducts(vectors);
      }
      if (weights.isNarrow()) {
        addNarrowProduct();
      }
    }
  }

  private void addProducts(int vectors) {
    for (int rows = 1; rows <= ProductLoop.ROWS; rows++) {
      int height = rows;
      ProductLoop loop = TileLoops.product(rows, vectors, dataType);
      int operations = DEPTH * (rows * vectors + rows + vectors);
      slow.add(
          new Tile(
              () -> loop.compute(features, 0, height, 0, zeros, 0, DEPTH, zeros, sums),
              CALL_NANOS + FAST_NANOS * operations));
    }
  }

  private void addNarrowProduct() {
    int operations = DEPTH * (2 * NarrowProduct.ROWS + 1);
    slow.add(
        new Tile(
            () ->
                NarrowProduct.compute(
                    zeros, 0, NarrowProduct.ROWS, DEPTH, zeros, zeros, 1, sums[0], 0),
            CALL_NANOS + FAST_NANOS * operations));
  }

  private void addShortDots(int depth) {
    int operations = DEPTH * (2 * ShortDots.VECTORS + 12);
    slow.add(
        new Tile(
            () -> ShortDots.compute(zeros, 0, DEPTH, depth, zeros, zeros, sums[0], 0, dataType),
            CALL_NANOS + FAST_NANOS * operations));
  }

  private void addDots(int labels, int lanes) {
    TreeSet<Integer> counts = new TreeSet<>();
    int groups = DotLoop.groups(labels);
    counts.add(labels / groups);
    counts.add(Math.ceilDiv(labels, groups));
    for (int count : counts) {
      for (int rows = 1; rows <= DotLoop.ROWS; rows++) {
        DotLoop loop = TileLoops.dot(rows, count, dataType);
        int rowCount = rows;
        int operations = DEPTH * (rows * count + rows + count) + 2 * rows + 12 * rows * count;
        slow.add(
            new Tile(
                () -> {
                  // With a rest of less than a vector.
                  int depth = DEPTH * lanes - 1;
                  DotEnds.copyRests(features, rowCount, depth, sums, dataType);
                  loop.compute(features, sums, 0, zeros, 0, depth, sums[0]);
                  DotEnds.addLanes(sums[0], rowCount, count, zeros, sums, dataType);
                },
                CALL_NANOS + FAST_NANOS * operations));
      }
    }
  }

  /** Runs the loops in turns until all are fast, or the time is up; whether all are. */
  boolean run(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!slow.isEmpty() && System.nanoTime() - deadline < 0) {
      if (!slow.removeIf(Tile::takeTurn)) {
        // Leaves the processor to the compiler.
        LockSupport.parkNanos(REST_NANOS);
      }
    }
    return slow.isEmpty();
  }

  @Override
  public void close() {
    buffer.close();
  }
}
