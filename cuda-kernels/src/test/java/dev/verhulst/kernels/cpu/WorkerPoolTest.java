package dev.verhulst.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(ints = {64, 65, 130})
  @Timeout(30)
  void hasRoomForEachOfManyThreads(int threads) {
    try (WorkerPool large = new WorkerPool(threads)) {
      AtomicIntegerArray times = new AtomicIntegerArray(BLOCKS);
      large.run(work(BLOCKS, Long.MAX_VALUE, block -> times.incrementAndGet((int) block)));
      for (int block = 0; block < BLOCKS; block++) {
        assertThat(times.get(block)).as("block %s", block).isEqualTo(1);
      }
    }
  }

  /** Its memory is not given back while somebody computes in it. */
  @Test
  @Timeout(30)
  void isClosedWhenTheLastComputationHasEnded() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    LongConsumer waiting =
        block -> {
          begun.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    WorkerPool closing = new WorkerPool(2);
    Thread computing = Thread.startVirtualThread(() -> closing.run(work(1, 0, waiting)));
    begun.await();
    Thread close = Thread.startVirtualThread(closing::close);
    assertThat(close.join(Duration.ofMillis(50))).as("closed").isFalse();
    assertThatThrownBy(() -> closing.run(work(1, 0, block -> {})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the device is closed");
    goOn.countDown();
    computing.join();
    close.join();
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
