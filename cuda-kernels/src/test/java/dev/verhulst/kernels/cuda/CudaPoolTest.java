package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.DeviceUnavailableException;
import dev.verhulst.kernels.GpuStatus;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.activation.Relu;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which GPU of a pool gets a call, and how one that was lost comes back: on GPUs made up. */
final class CudaPoolTest {

  private final FakeGpu first = new FakeGpu("first");
  private final FakeGpu second = new FakeGpu("second");
  private final ManualTimer timer = new ManualTimer();
  private final CudaPool pool =
      new CudaPool(
          List.of(new PoolMember(0, first), new PoolMember(3, second)),
          new PageLockedMemory(),
          this::open,
          timer);

  /** What the next probe finds in the place of a lost GPU. */
  private @Nullable FakeGpu replacement;

  private RecoverableDevice open(int ordinal) {
    if (replacement == null) {
      throw new DeviceUnavailableException("GPU " + ordinal + " is too warm still");
    }
    return replacement;
  }

  @Test
  void callsTakeTurnsWhereNothingIsUnderWay() {
    for (int i = 0; i < 10; i++) {
      run(1);
    }
    assertThat(first.calls()).isEqualTo(5);
    assertThat(second.calls()).isEqualTo(5);
  }

  @Test
  void aCallGoesToTheGpuThatComputesOnTheFewestBytes() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    first.work(
        () -> {
          begun.countDown();
          await(end);
        });
    Thread large = Thread.ofVirtual().start(() -> runUntilOn(first));
    begun.await();
    int before = second.calls();
    for (int i = 0; i < 5; i++) {
      run(1);
    }
    assertThat(second.calls() - before).isEqualTo(5);
    assertThat(pool.gpus().getFirst().bytesInFlight()).isEqualTo(400);
    end.countDown();
    large.join();
    assertThat(pool.gpus()).allMatch(gpu -> gpu.bytesInFlight() == 0);
  }

  @Test
  void aLostGpuGetsNoMoreCallsUntilAProbeSucceeds() {
    second.lose();
    runUntilItFails();
    int calls = second.calls();
    run(1);
    run(1);

    assertThat(second.calls()).isEqualTo(calls);
    assertThat(pool.isUsable()).isTrue();
    assertThat(pool.description()).isEqualTo("1 of 2 GPUs: first; lost: second (too warm)");
    assertThat(pool.gpus())
        .containsExactly(
            new GpuStatus(0, true, 0, 0, 0, null), new GpuStatus(3, false, 0, 1, 0, null));

    replacement = new FakeGpu("again");
    assertThat(timer.runNext()).isEqualTo(Duration.ofSeconds(1));
    run(1);
    run(1);

    assertThat(second.isClosed()).isTrue();
    assertThat(replacement.calls()).isEqualTo(1);
    assertThat(pool.description()).isEqualTo("2 GPUs: first, again");
    assertThat(pool.gpus().getLast()).isEqualTo(new GpuStatus(3, true, 0, 1, 1, null));
    assertThat(timer.waiting()).isZero();
  }

  @Test
  void aGpuThatIsLostWhileNobodyCallsItIsProbedToo() {
    first.loseInSilence();
    second.loseInSilence();
    assertThat(pool.isUsable()).isFalse();
    assertThat(timer.waiting()).isEqualTo(2);
  }

  @Test
  void probesThatFailComeAfterTwiceTheTimeUpToAMinute() {
    first.lose();
    runUntilItFails();
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      pauses.add(timer.runNext().toSeconds());
    }
    assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    assertThat(pool.gpus().getFirst().probes()).isEqualTo(8);
    assertThat(timer.waiting()).isEqualTo(1);
  }

  @Test
  void aContextThatTheDriverKeepsIsNotOpenedAnew() {
    first.lose();
    first.stuck(true);
    runUntilItFails();
    replacement = new FakeGpu("again");
    timer.runNext();
    assertThat(pool.gpus().getFirst().usable()).isFalse();

    first.stuck(false);
    timer.runNext();
    assertThat(pool.gpus().getFirst().usable()).isTrue();
  }

  @Test
  void withoutAnyGpuCallsFailAndMemoryIsStillToBeHad() {
    first.lose();
    second.lose();
    runUntilItFails();
    runUntilItFails();

    assertThat(pool.isUsable()).isFalse();
    assertThat(timer.waiting()).isEqualTo(2);
    assertThatThrownBy(() -> run(1))
        .isInstanceOf(DeviceException.class)
        .hasMessage("no GPU works: 0 of 2 GPUs; lost: first (too warm), second (too warm)");
    try (HostBuffer buffer = pool.allocate(100)) {
      buffer.segment().fill((byte) 1);
      assertThat(buffer.segment().get(ValueLayout.JAVA_BYTE, 99)).isEqualTo((byte) 1);
    }
  }

  @Test
  void aProbeWaitsForTheCallsThatBeganBeforeIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    first.lose();
    runUntilItFails();
    second.work(
        () -> {
          begun.countDown();
          await(end);
        });
    Thread call = Thread.ofPlatform().start(() -> run(1));
    begun.await();
    replacement = new FakeGpu("again");
    Thread probe = Thread.ofPlatform().start(timer::runNext);
    while (probe.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    assertThat(first.isClosed()).isFalse();

    end.countDown();
    call.join();
    probe.join();
    assertThat(first.isClosed()).isTrue();
  }

  @Test
  void aHeadIsPreparedOnEveryGpuAndOnOneThatComesBack() {
    HeadParameters parameters =
        new HeadParameters(1, 1, new double[1], new double[1], new double[1], new double[1]);
    List<HeadTask> tasks = List.of(new HeadTask(1, MemorySegment.NULL, null, null));
    Head head = Objects.requireNonNull(pool.head(parameters, DataType.FP32));
    assertThat(first.heads()).isEqualTo(1);
    assertThat(second.heads()).isEqualTo(1);
    head.run(tasks);
    head.run(tasks);
    assertThat(first.calls()).isEqualTo(1);
    assertThat(second.calls()).isEqualTo(1);

    first.lose();
    runUntilItFails();
    replacement = new FakeGpu("again");
    timer.runNext();
    assertThat(replacement.heads()).isZero();
    head.run(tasks);
    head.run(tasks);
    assertThat(replacement.heads()).isEqualTo(1);
    assertThat(replacement.calls()).isEqualTo(1);

    head.close();
    assertThat(replacement.heads()).isZero();
    assertThat(second.heads()).isZero();
  }

  @Test
  void closingClosesEveryGpuAndEndsTheProbes() {
    second.lose();
    runUntilItFails();
    pool.close();
    pool.close();

    assertThat(first.isClosed()).isTrue();
    assertThat(second.isClosed()).isTrue();
    assertThat(timer.waiting()).isZero();
    assertThatThrownBy(() -> run(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the device is closed");
  }

  private void run(long elements) {
    pool.run(
        new Relu(),
        DataType.FP32,
        List.of(
            new ActivationTask(
                elements, elements, MemorySegment.NULL, null, null, null, null, null)));
  }

  /** The turn may be the other one's. */
  private void runUntilOn(FakeGpu gpu) {
    for (int before = gpu.calls(); gpu.calls() == before; ) {
      run(100);
    }
  }

  private void runUntilItFails() {
    for (int i = 0; i < 2; i++) {
      try {
        run(1);
      } catch (DeviceException e) {
        return;
      }
    }
    throw new AssertionError("no call has met the lost GPU");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
