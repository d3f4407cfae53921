package dev.verhulst.service.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.service.fakes.FakeHostMemory;
import dev.verhulst.service.inference.InferenceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TensorMemoryWaitingTest {

  private static final long MEBIBYTE = 1L << 20;
  private static final Duration LONG = Duration.ofSeconds(50);

  private final FakeHostMemory host = new FakeHostMemory();
  private final PooledTensorMemory memory =
      new PooledTensorMemory(16 * MEBIBYTE, host, System::nanoTime);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void nothingLeaks() {
    threads.close();
    assertThat(memory.openLeases()).isZero();
    assertThat(memory.waiting()).isZero();
    memory.close();
    assertThat(host.liveBytes()).isZero();
    assertThat(host.largestLiveBytes()).isLessThanOrEqualTo(16 * MEBIBYTE);
  }

  @Test
  void aWaitingRequestIsServedAsSoonAsMemoryComesBack() throws Exception {
    Lease held = memory.lease(15 * MEBIBYTE, LONG);
    Future<?> waiting = threads.submit(() -> leaseAndClose(10 * MEBIBYTE));
    awaitWaiting(1);

    held.close();
    waiting.get();
  }

  @Test
  void memoryIsHandedOutInTheOrderOfArrivalSoThatSmallRequestsNeverStarveALargeOne()
      throws Exception {
    List<Lease> held = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      held.add(memory.lease(MEBIBYTE, LONG));
    }
    Queue<Long> served = new ConcurrentLinkedQueue<>();
    List<Future<?>> waiting = new ArrayList<>();
    for (long size : new long[] {12 * MEBIBYTE, 8 * MEBIBYTE, 9 * MEBIBYTE}) {
      waiting.add(
          threads.submit(
              () -> {
                try (Lease lease = memory.lease(size, LONG)) {
                  served.add(lease.segment().byteSize());
                }
                return null;
              }));
      awaitWaiting(waiting.size());
    }

    // Eleven come back: enough for either of those that came later, not for the first.
    held.subList(0, 11).forEach(Lease::close);
    Thread.sleep(20);
    assertThat(served).isEmpty();
    held.subList(11, 15).forEach(Lease::close);
    for (Future<?> each : waiting) {
      each.get();
    }
    assertThat(served).containsExactly(12 * MEBIBYTE, 8 * MEBIBYTE, 9 * MEBIBYTE);
  }

  @Test
  void aWaitingRequestGivesUpWhenItsTimeHasPassedAndTheNextMovesUp() throws Exception {
    try (Lease held = memory.lease(10 * MEBIBYTE, LONG)) {
      assertThat(held.segment().byteSize()).isEqualTo(10 * MEBIBYTE);
      assertThatThrownBy(() -> memory.lease(10 * MEBIBYTE, Duration.ofMillis(20)))
          .isInstanceOf(InferenceException.class)
          .hasMessageContaining("within 20 ms");
      memory.lease(MEBIBYTE, Duration.ZERO).close();
    }
  }

  @Test
  void aRequestBehindTheHeadGivesUpInItsTimeToo() throws Exception {
    try (Lease held = memory.lease(15 * MEBIBYTE, LONG)) {
      Future<?> head = threads.submit(() -> leaseAndClose(MEBIBYTE));
      awaitWaiting(1);
      assertThatThrownBy(() -> memory.lease(MEBIBYTE, Duration.ofMillis(20)))
          .isInstanceOf(InferenceException.class);
      held.close();
      head.get();
    }
  }

  @Test
  void anInterruptedRequestLeavesTheQueue() throws Exception {
    try (Lease held = memory.lease(15 * MEBIBYTE, LONG)) {
      Future<?> head = threads.submit(() -> leaseAndClose(15 * MEBIBYTE));
      awaitWaiting(1);
      Future<?> second = threads.submit(() -> leaseAndClose(MEBIBYTE));
      awaitWaiting(2);

      head.cancel(true);
      awaitWaiting(1);
      held.close();
      second.get();
    }
  }

  @Test
  void manyThreadsNeverShareMemoryAndNeverExceedTheBudget() throws Exception {
    List<Future<?>> workers = new ArrayList<>();
    for (long worker = 0; worker < 24; worker++) {
      long mark = worker;
      workers.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  writeAndCheck(mark);
                }
                return null;
              }));
    }
    for (Future<?> worker : workers) {
      worker.get();
    }
  }

  private void writeAndCheck(long mark) throws InterruptedException {
    boolean large = ThreadLocalRandom.current().nextInt(10) == 0;
    long size = 8 + ThreadLocalRandom.current().nextLong(large ? 6 * MEBIBYTE : 100_000);
    try (Lease lease = memory.lease(size, LONG)) {
      lease.segment().set(JAVA_LONG, 0, mark);
      lease.segment().set(JAVA_LONG.withByteAlignment(1), size - 8, mark);
      Thread.yield();
      assertThat(lease.segment().get(JAVA_LONG.withByteAlignment(1), size - 8)).isEqualTo(mark);
      if (size >= 16) {
        assertThat(lease.segment().get(JAVA_LONG, 0)).isEqualTo(mark);
      }
    }
  }

  private Void leaseAndClose(long byteSize) throws InterruptedException {
    memory.lease(byteSize, LONG).close();
    return null;
  }

  private void awaitWaiting(int count) throws InterruptedException, ExecutionException {
    while (memory.waiting() != count) {
      Thread.sleep(1);
    }
  }
}
