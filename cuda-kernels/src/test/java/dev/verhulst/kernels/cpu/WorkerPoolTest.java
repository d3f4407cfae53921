package dev.verhulst.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the blocks of a work are shared out. */
final class WorkerPoolTest {

  private static final int BLOCKS = 1_000;

  private final WorkerPool pool = new WorkerPool(3);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void computesEveryBlockOnce() {
    for (int run = 0; run < 100; run++) {
      AtomicIntegerArray times = new AtomicIntegerArray(BLOCKS);
      pool.run(work(BLOCKS, Long.MAX_VALUE, block -> times.incrementAndGet((int) block)));
      for (int block = 0; block < BLOCKS; block++) {
        assertThat(times.get(block)).as("block %s", block).isEqualTo(1);
      }
    }
  }

  @Test
  void keepsSmallWorkOnTheCallingThread() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    pool.run(work(BLOCKS, 1_000, block -> threads.add(Thread.currentThread())));
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  @Timeout(30)
  void sharesSmallerWorkThatFollowsAtOnce() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    LongConsumer brief =
        block -> {
          threads.add(Thread.currentThread());
          Thread.onSpinWait();
        };
    while (threads.size() < 2) {
      pool.run(work(BLOCKS, 20_000, brief));
    }
    assertThat(threads).contains(Thread.currentThread());
  }

  @Test
  void throwsWhatABlockThrewAndGoesOn() {
    IllegalStateException failure = new IllegalStateException("block 500");
    LongConsumer failing =
        block -> {
          if (block == 500) {
            throw failure;
          }
        };
    assertThatThrownBy(() -> pool.run(work(BLOCKS, Long.MAX_VALUE, failing))).isSameAs(failure);
    computesEveryBlockOnce();
  }

  @Test
  void doesNothingForNothing() {
    LongConsumer none =
        block -> {
          throw new AssertionError("there is no block " + block);
        };
    pool.run(work(0, 0, none));
  }

  private static Work work(long blocks, long nanoseconds, LongConsumer compute) {
    return new Work() {
      @Override
      public long blocks() {
        return blocks;
      }

      @Override
      public long nanoseconds() {
        return nanoseconds;
      }

      @Override
      public void compute(long block, Scratch scratch) {
        compute.accept(block);
      }
    };
  }
}
