package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

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
import java.util.function.LongSupplier;
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
    runInEveryTurn();
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
  void aCallThatAGpuFailsGoesToAnother() {
    first.lose();
    run(1);
    run(1);
    run(1);

    assertThat(first.calls()).isOne();
    assertThat(second.calls()).isEqualTo(3);
    assertThat(pool.gpus())
        .extracting(GpuStatus::usable, GpuStatus::losses, GpuStatus::bytesInFlight)
        .containsExactly(tuple(false, 1L, 0L), tuple(true, 0L, 0L));
  }

  @Test
  void aCallThatEveryGpuFailsSaysWhatEachOfThemSaid() {
    first.lose();
    second.lose();
    assertThatThrownBy(() -> run(1))
        .isInstanceOf(DeviceException.class)
        .hasMessage("first failed")
        .satisfies(failure -> assertThat(failure.getSuppressed()[0]).hasMessage("second failed"));
    assertThat(timer.waiting()).isEqualTo(2);
  }

  @Test
  void aCallThatMayHaveOverwrittenItsInputIsNotMadeAgain() {
    first.lose();
    List<ActivationTask> inPlace =
        List.of(
            new ActivationTask(
                1, 1, MemorySegment.NULL, null, null, MemorySegment.NULL, null, null));
    assertThatThrownBy(() -> pool.run(new Relu(), DataType.FP32, inPlace))
        .isInstanceOf(DeviceException.class)
        .hasMessage("first failed");
    assertThat(second.calls()).isZero();
  }

  @Test
  void aGpuThatComesBackIsCalibratedAsTheOthersAre() {
    LongSupplier clock = () -> 0;
    pool.calibrate(clock);
    assertThat(first.calibratedBy()).isSameAs(clock);
    second.lose();
    runInEveryTurn();
    FakeGpu again = new FakeGpu("again");
    replacement = again;
    timer.runNext();
    assertThat(again.calibratedBy()).isSameAs(clock);
    assertThat(pool.gpus().getLast().usable()).isTrue();
  }

  @Test
  void aGpuThatFailsWhileItIsCalibratedLeavesTheOthersToBeCalibrated() {
    LongSupplier clock = () -> 0;
    first.lose();
    pool.calibrate(clock);
    assertThat(second.calibratedBy()).isSameAs(clock);

    second.lose();
    assertThatThrownBy(() -> pool.calibrate(clock)).isInstanceOf(DeviceException.class);
  }

  @Test
  void aGpuThatComesBackIsNotCalibratedWhereNoneIs() {
    second.lose();
    runInEveryTurn();
    FakeGpu again = new FakeGpu("again");
    replacement = again;
    timer.runNext();
    assertThat(again.calibratedBy()).isNull();
    assertThat(pool.gpus().getLast().usable()).isTrue();
  }

  @Test
  void aGpuThatIsLostWhileItIsCalibratedIsProbedAgain() {
    pool.calibrate(() -> 0);
    second.lose();
    runInEveryTurn();
    FakeGpu brief = new FakeGpu("brief");
    brief.lose();
    replacement = brief;
    timer.runNext();
    assertThat(pool.gpus().getLast().usable()).isFalse();
    assertThat(pool.description()).isEqualTo("1 of 2 GPUs: first; lost: brief (too warm)");
    assertThat(timer.waiting()).isOne();

    replacement = new FakeGpu("again");
    assertThat(timer.runNext()).isEqualTo(Duration.ofSeconds(2));
    assertThat(brief.isClosed()).isTrue();
    assertThat(pool.description()).isEqualTo("2 GPUs: first, again");
  }

  @Test
  void aGpuThatWasLeftOutIsProbedAndJoins() {
    FakeGpu only = new FakeGpu("only");
    CudaPool incomplete =
        new CudaPool(
            List.of(new PoolMember(0, only), PoolMember.leftOut(1, "its memory is taken")),
            new PageLockedMemory(),
            this::open,
            timer);
    LongSupplier clock = () -> 0;
    incomplete.calibrate(clock);
    assertThat(incomplete.description())
        .isEqualTo("1 of 2 GPUs: only; left out: GPU 1 (its memory is taken)");
    timer.runNext();
    assertThat(incomplete.gpus().getLast()).isEqualTo(new GpuStatus(1, false, 0, 0, 1, null));

    FakeGpu late = new FakeGpu("late");
    replacement = late;
    assertThat(timer.runNext()).isEqualTo(Duration.ofSeconds(2));
    assertThat(incomplete.description()).isEqualTo("2 GPUs: only, late");
    assertThat(incomplete.gpus().getLast()).isEqualTo(new GpuStatus(1, true, 0, 0, 2, null));
    assertThat(late.calibratedBy()).isSameAs(clock);
    incomplete.close();
    assertThat(late.isClosed()).isTrue();
  }

  @Test
  void aPoolThatNoGpuHasJoinedYetCanBeClosed() {
    CudaPool empty =
        new CudaPool(
            List.of(PoolMember.leftOut(1, "its memory is taken")),
            new PageLockedMemory(),
            this::open,
            timer);
    assertThat(empty.isUsable()).isFalse();
    assertThat(timer.waiting()).isOne();
    empty.close();
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
    runInEveryTurn();
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
    runInEveryTurn();
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
    runInEveryTurn();
    runInEveryTurn();

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
    runInEveryTurn();
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
    runInEveryTurn();
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
  void aHeadForWhichOneGpuHasNoRoomIsTheOthers() {
    HeadParameters parameters =
        new HeadParameters(1, 1, new double[1], new double[1], new double[1], new double[1]);
    first.hasNoRoomForHeads();
    try (Head head = Objects.requireNonNull(pool.head(parameters, DataType.FP32))) {
      List<HeadTask> tasks = List.of(new HeadTask(1, MemorySegment.NULL, null, null));
      for (int i = 0; i < 4; i++) {
        head.run(tasks);
      }
      assertThat(second.calls()).isEqualTo(4);
    }
    second.hasNoRoomForHeads();
    assertThatThrownBy(() -> pool.head(parameters, DataType.FP32))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("no room");
  }

  @Test
  void closingClosesEveryGpuAndEndsTheProbes() {
    second.lose();
    runInEveryTurn();
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

  /** A call begins on each of the GPUs that work; whether it ends well does not matter. */
  private void runInEveryTurn() {
    for (int i = 0; i < 2; i++) {
      try {
        run(1);
      } catch (DeviceException e) {
        assertThat(e).hasMessageMatching("(first|second) failed|no GPU works: .*");
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
