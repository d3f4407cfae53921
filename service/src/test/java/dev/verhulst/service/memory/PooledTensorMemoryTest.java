package dev.verhulst.service.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.service.fakes.FakeHostMemory;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PooledTensorMemoryTest {

  private static final long MEBIBYTE = 1L << 20;
  private static final Duration NO_WAIT = Duration.ZERO;

  private final FakeHostMemory host = new FakeHostMemory();
  private final AtomicLong nanoTime = new AtomicLong();
  private final PooledTensorMemory memory =
      new PooledTensorMemory(16 * MEBIBYTE, host, nanoTime::get);

  @AfterEach
  void nothingLeaks() {
    assertThat(memory.openLeases()).isZero();
    assertThat(memory.leasedBytes()).isZero();
    memory.close();
    assertThat(memory.allocatedBytes()).isZero();
    assertThat(host.liveBytes()).isZero();
  }

  @Test
  void aLeaseHasExactlyTheBytesAskedForAndIsAligned() throws InterruptedException {
    for (long byteSize : new long[] {0, 1, 1000, 65_536, 65_537, 3_000_001}) {
      try (Lease lease = memory.lease(byteSize, NO_WAIT)) {
        assertThat(lease.segment().byteSize()).isEqualTo(byteSize);
        assertThat(lease.segment().address() % HostBuffer.ALIGNMENT).isZero();
        assertThat(lease.segment().fill((byte) 1).byteSize()).isEqualTo(byteSize);
        assertThat(memory.openLeases()).isEqualTo(1);
        assertThat(memory.leasedBytes()).isEqualTo(byteSize);
      }
    }
  }

  @Test
  void closingTwiceGivesBackOnce() throws InterruptedException {
    Lease first = memory.lease(1000, NO_WAIT);
    first.close();
    first.close();

    try (Lease second = memory.lease(1000, NO_WAIT);
        Lease third = memory.lease(1000, NO_WAIT)) {
      assertThat(second.segment().address()).isNotEqualTo(third.segment().address());
    }
  }

  @Test
  void aClosedLeaseRefusesItsMemory() throws InterruptedException {
    Lease lease = memory.lease(1000, NO_WAIT);
    lease.close();

    assertThatThrownBy(lease::segment)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the lease is closed");
  }

  @Test
  void aBufferThatComesBackServesTheNextRequestOfItsSize() throws InterruptedException {
    MemorySegment first;
    try (Lease lease = memory.lease(1_000_000, NO_WAIT)) {
      first = lease.segment();
    }
    try (Lease lease = memory.lease(1_000_100, NO_WAIT)) {
      assertThat(lease.segment().address()).isEqualTo(first.address());
    }
    assertThat(host.made()).isEqualTo(1);
  }

  @Test
  void anIdleBufferIsFreedWhereAnotherSizeNeedsItsBytes() throws InterruptedException {
    memory.lease(10 * MEBIBYTE, NO_WAIT).close();
    memory.lease(12 * MEBIBYTE, NO_WAIT).close();

    assertThat(memory.allocatedBytes()).isEqualTo(12 * MEBIBYTE);
    assertThat(host.liveBytes()).isEqualTo(12 * MEBIBYTE);
  }

  @Test
  void whatCouldNeverFitIsRefusedAndNamesTheSetting() {
    InferenceException refused =
        catchThrowableOfType(
            InferenceException.class, () -> memory.lease(16 * MEBIBYTE, Duration.ofDays(1)));

    assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT);
    assertThat(refused)
        .hasMessage(
            "the request needs 16777216 bytes of tensor memory, more than the 15728640 that one"
                + " request may have; raise verhulst.memory.budget (now 16777216 bytes)");
  }

  @Test
  void theWholeShareForLargeLeasesCanBeLentAtOnce() throws InterruptedException {
    memory.lease(15 * MEBIBYTE, NO_WAIT).close();
  }

  @Test
  void withoutMemoryARequestIsTurnedAwayWhenItsTimeHasPassed() throws InterruptedException {
    try (Lease lease = memory.lease(8 * MEBIBYTE, NO_WAIT)) {
      assertThat(lease.segment().byteSize()).isEqualTo(8 * MEBIBYTE);
      InferenceException refused =
          catchThrowableOfType(InferenceException.class, () -> memory.lease(8 * MEBIBYTE, NO_WAIT));

      assertThat(refused.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
      assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
      assertThat(refused).hasMessageContaining("verhulst.memory.budget");
    }
    memory.lease(8 * MEBIBYTE, NO_WAIT).close();
  }

  @Test
  void smallLeasesAreServedWhileLargeOnesHoldTheirWholeShare() throws InterruptedException {
    try (Lease large = memory.lease(15 * MEBIBYTE, NO_WAIT);
        Lease small = memory.lease(65_536, NO_WAIT)) {
      assertThat(large.segment().byteSize() + small.segment().byteSize())
          .isEqualTo(15 * MEBIBYTE + 65_536);
    }
  }

  @Test
  void aMachineWithoutMemoryTurnsTheRequestAwayAndKeepsTheBudget() throws InterruptedException {
    host.exhausted(true);
    InferenceException refused =
        catchThrowableOfType(
            InferenceException.class, () -> memory.lease(15 * MEBIBYTE, Duration.ofDays(1)));
    assertThat(refused.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
    assertThat(refused).hasMessageContaining("out of page-locked memory");

    host.exhausted(false);
    memory.lease(15 * MEBIBYTE, NO_WAIT).close();
  }

  @Test
  void aLargeBufferIsFreedWhenNobodyHasUsedItForAWhile() throws InterruptedException {
    nanoTime.set(Duration.ofSeconds(1).toNanos());
    memory.lease(4 * MEBIBYTE, NO_WAIT).close();
    nanoTime.set(Duration.ofSeconds(2).toNanos());
    memory.lease(2 * MEBIBYTE, NO_WAIT).close();

    nanoTime.set(Duration.ofSeconds(11).toNanos());
    memory.freeIdle(Duration.ofSeconds(10));
    assertThat(memory.allocatedBytes()).isEqualTo(2 * MEBIBYTE);

    nanoTime.set(Duration.ofSeconds(12).toNanos());
    memory.freeIdle(Duration.ofSeconds(10));
    assertThat(memory.allocatedBytes()).isZero();
  }

  @Test
  void whatIsLentWhenTheMemoryClosesIsFreedWhenItComesBack() throws InterruptedException {
    try (Lease lease = memory.lease(100_000, NO_WAIT)) {
      memory.close();
      lease.segment().copyFrom(MemorySegment.ofArray("still mine".getBytes(UTF_8)));
    }
    assertThat(host.liveBytes()).isZero();
  }

  @Test
  void aBudgetTooSmallIsRefused() {
    assertThatThrownBy(() -> new PooledTensorMemory(MEBIBYTE - 1, host, nanoTime::get))
        .hasMessage("verhulst.memory.budget must be at least 1048576 bytes, got 1048575");
  }
}
