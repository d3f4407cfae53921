package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceDetection;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.GpuStatus;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.activation.Relu;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two GPUs, of which one is lost under load, and comes back: on the fake driver. */
@Tag(FakeDriver.TAG)
final class CudaPoolFailureTest {

  private static final int ELEMENTS = 2_000;

  private final ManualTimer timer = new ManualTimer();
  private final AtomicLong readings = new AtomicLong();
  private FakeDriver driver;

  @BeforeEach
  void imitateTwoGpus() {
    driver = FakeDriver.fresh();
    driver.set("devices", 2);
  }

  @AfterEach
  void nothingIsLeft() {
    Leaks.assertNone(driver);
  }

  @Test
  void allGpusTakePart() {
    try (CudaPool pool = open()) {
      assertThat(pool.description())
          .matches("2 GPUs: Imitated GPU \\(CUDA device 0, .*\\), Imitated .*device 1, .*");
      long before = driver.count("kernel@1");
      assertThat(computesRelu(pool)).isTrue();
      assertThat(computesRelu(pool)).isTrue();
      assertThat(driver.count("kernel@0")).isPositive();
      assertThat(driver.count("kernel@1") - before).isPositive();
    }
  }

  @Test
  void onlyThoseTakePartThatAreNamed() {
    try (CudaPool pool = open(1)) {
      assertThat(pool.gpus()).extracting(GpuStatus::ordinal).containsExactly(1);
      assertThat(computesRelu(pool)).isTrue();
      assertThat(driver.count("cuDevicePrimaryCtxRetain@0")).isZero();
    }
  }

  @Test
  void aGpuThatCannotBeHadIsLeftOutAndJoinsLater() {
    driver.fail("cuStreamCreate@0", 1, CudaResult.OUT_OF_MEMORY);
    try (CudaPool pool = open(CudaOptions.DEFAULT)) {
      assertThat(pool.gpus()).extracting(GpuStatus::usable).containsExactly(false, true);
      assertThat(pool.description()).contains("left out: GPU 0 (cuStreamCreate failed ");
      assertThat(computesRelu(pool)).isTrue();
      assertThat(driver.count("kernel@0")).isZero();
      assertThat(readingsDuring(() -> pool.calibrate(this::readClock))).isPositive();

      driver.fail("cuStreamCreate@0", 1, CudaResult.OUT_OF_MEMORY);
      assertThat(readingsDuring(timer::runNext)).isZero();
      assertThat(pool.gpus().getFirst().usable()).isFalse();
      assertThat(readingsDuring(timer::runNext)).as("it is calibrated as well").isPositive();
      assertThat(pool.gpus()).allMatch(GpuStatus::usable);
      long kernels = driver.count("kernel@0");
      assertThat(computesRelu(pool)).isTrue();
      assertThat(computesRelu(pool)).isTrue();
      assertThat(driver.count("kernel@0")).isGreaterThan(kernels);
    }
  }

  @Test
  void aGpuThatIsLostInItsFirstProbeJoinsLater() {
    driver.fail("kernel@1", 1, CudaResult.ILLEGAL_ADDRESS);
    try (CudaPool pool = open()) {
      assertThat(pool.gpus()).extracting(GpuStatus::usable).containsExactly(true, false);
      assertThat(computesRelu(pool)).isTrue();
      timer.runNext();
      assertThat(pool.gpus()).allMatch(GpuStatus::usable);
      assertThat(computesRelu(pool)).isTrue();
      assertThat(computesRelu(pool)).isTrue();
    }
  }

  @Test
  void aGpuThatThereIsNotIsNotTriedAgain() {
    try (CudaPool pool = open(0, 2)) {
      assertThat(pool.gpus()).extracting(GpuStatus::ordinal).containsExactly(0);
      assertThat(timer.waiting()).isZero();
    }
  }

  @Test
  void aGpuThatComesBackIsCalibratedAnew() {
    try (CudaPool pool = open(CudaOptions.DEFAULT)) {
      assertThat(readingsDuring(() -> pool.calibrate(this::readClock))).isPositive();
      lose(pool, 1);
      long kernels = driver.count("kernel@1");
      assertThat(readingsDuring(timer::runNext)).isPositive();
      assertThat(driver.count("kernel@1") - kernels).as("more than the probe").isGreaterThan(2);
      assertThat(pool.gpus()).allMatch(GpuStatus::usable);
      assertThat(computesRelu(pool)).isTrue();
    }
  }

  @Test
  void withoutAnyTheReasonsAreThoseOfAll() {
    assertThat(CudaDetection.detect(List.of(1, 2), OpenDevice.TINY, timer))
        .isInstanceOfSatisfying(
            DeviceDetection.Available.class, available -> available.device().close());
    driver.fail("cuStreamCreate@1", 1, CudaResult.OUT_OF_MEMORY);
    assertThat(CudaDetection.detect(List.of(1, 2), OpenDevice.TINY, timer))
        .isInstanceOfSatisfying(
            DeviceDetection.Unavailable.class,
            unavailable ->
                assertThat(unavailable.reason())
                    .matches(
                        "GPU 1 cannot be used \\(cuStreamCreate failed .*\\), and GPU 2 cannot be"
                            + " used \\(there is no GPU 2: the driver sees 2, numbered from"
                            + " 0\\)"));
  }

  /**
   * The GPU that page-locks the host memory of both is lost in mid-batch, or the other one; the
   * probe comes while the one that is left is at work.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void underLoadEveryCallIsAnsweredAndTheLostGpuComesBack(int lost) throws Exception {
    driver.set("operation_microseconds", 200);
    AtomicBoolean end = new AtomicBoolean();
    AtomicInteger answers = new AtomicInteger();
    AtomicInteger failures = new AtomicInteger();
    try (CudaPool pool = open();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> callers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        callers.add(threads.submit(() -> keepsComputing(pool, end, answers, failures)));
      }
      awaitMore(answers, 20);
      driver.fail("kernel@" + lost, 3, CudaResult.ILLEGAL_ADDRESS);
      while (pool.gpus().get(lost).usable()) {
        Thread.onSpinWait();
      }
      awaitMore(answers, 20);
      assertThat(pool.isUsable()).isTrue();
      timer.runNext();
      assertThat(pool.gpus()).allMatch(GpuStatus::usable);
      long kernels = driver.count("kernel@" + lost);
      awaitMore(answers, 20);
      end.set(true);
      for (Future<Boolean> caller : callers) {
        assertThat(caller.get()).isTrue();
      }
      assertThat(driver.count("kernel@" + lost)).isGreaterThan(kernels);
      assertThat(failures).as("calls that no other GPU has answered").hasValue(0);
    }
  }

  @Test
  void whenAllAreLostAllComeBackAndTheirMemoryIsPageLockedAgain() {
    try (CudaPool pool = openStaged();
        HostBuffer before = pool.allocate(10_000)) {
      before.segment().fill((byte) 7);
      lose(pool, 0);
      lose(pool, 1);
      assertThat(pool.isUsable()).isFalse();
      assertThatThrownBy(() -> computesRelu(pool)).isInstanceOf(DeviceException.class);
      try (HostBuffer between = pool.allocate(10_000)) {
        timer.runNext();
        timer.runNext();
        assertThat(pool.gpus()).allMatch(GpuStatus::usable);
        assertThat(driver.count("registrations")).isEqualTo(2);
        assertThat(between.segment().byteSize()).isEqualTo(10_000);
      }
      assertThat(before.segment().get(ValueLayout.JAVA_BYTE, 9_999)).isEqualTo((byte) 7);
      assertThat(computesRelu(pool)).isTrue();
      assertThat(computesRelu(pool)).isTrue();
    }
  }

  /**
   * A new buffer at the address of one that a lost context still holds would be mixed up with it.
   */
  @Test
  void whatALostContextHoldsIsFreedOnceThatIsGone() {
    try (CudaPool pool = openStaged()) {
      HostBuffer buffer = pool.allocate(100);
      lose(pool, 0);
      buffer.close();
      // The input and the output of the call that met the error are held as well.
      assertThat(driver.count("registrations")).isEqualTo(3);
      timer.runNext();
      assertThat(driver.count("registrations")).isZero();
      assertThat(pool.gpus()).allMatch(GpuStatus::usable);
    }
  }

  @Test
  void theTablesOfMappedCallsGoWithALostGpu() {
    try (CudaPool pool = open()) {
      assertThat(computesRelu(pool)).isTrue();
      assertThat(computesRelu(pool)).isTrue();
      assertThat(driver.count("registrations")).as("a table on each").isEqualTo(2);
      lose(pool, 1);
      long registrations = driver.count("registrations");
      timer.runNext();
      assertThat(driver.count("registrations"))
          .as("the probe has made one in the place of the one that went")
          .isEqualTo(registrations);
      assertThat(computesRelu(pool)).isTrue();
      assertThat(computesRelu(pool)).isTrue();
    }
  }

  @Test
  void aGpuThatTheDriverRefusesToTheProcessStaysLost() {
    try (CudaPool pool = open()) {
      driver.set("recovers", 0);
      lose(pool, 1);
      timer.runNext();
      timer.runNext();
      assertThat(pool.gpus().get(1).usable()).isFalse();
      assertThat(pool.description()).startsWith("1 of 2 GPUs: Imitated GPU (CUDA device 0, ");
      assertThat(computesRelu(pool)).isTrue();

      driver.set("recovers", 1);
      timer.runNext();
      assertThat(pool.gpus().get(1).usable()).isTrue();
    }
  }

  /** What kernels may read where it lies; see {@link PageLockedMemory#isPageLocked}. */
  @Test
  void memoryIsNotTakenForPageLockedFromALossOnUntilItIsPageLockedAnew() {
    PageLockedMemory memory = new PageLockedMemory();
    NativeLibrary.DRIVER.load();
    CudaDevice device = CudaDevice.open(CudaGpu.of(0), OpenDevice.TINY, memory);
    device.join();
    try (HostBuffer buffer = memory.allocate(100)) {
      assertThat(memory.isPageLocked()).isTrue();
      driver.fail("cuMemHostRegister", 1, CudaResult.ILLEGAL_ADDRESS);
      try (HostBuffer pageable = memory.allocate(100)) {
        assertThat(pageable.segment().byteSize()).isEqualTo(100);
        assertThat(device.isUsable()).isFalse();
        assertThat(memory.isPageLocked()).isFalse();
        assertThat(device.discard()).isTrue();
        assertThat(memory.isPageLocked()).isFalse();
      }
      try (CudaDevice other = CudaDevice.open(CudaGpu.of(1), OpenDevice.TINY, memory)) {
        other.join();
        assertThat(memory.isPageLocked()).isTrue();
        assertThat(driver.count("registrations")).isEqualTo(1);
      }
      assertThat(memory.isPageLocked()).isFalse();
      assertThat(buffer.segment().byteSize()).isEqualTo(100);
    }
    assertThat(memory.isPageLocked()).isTrue();
    memory.close();
  }

  /**
   * The number of the reading. From the first reading on kernels compute nothing, which is faster.
   */
  private long readClock() {
    driver.set("idle", 1);
    return readings.incrementAndGet();
  }

  /** How often something reads the clock. */
  private long readingsDuring(Runnable calibration) {
    long before = readings.get();
    calibration.run();
    driver.set("idle", 0);
    return readings.get() - before;
  }

  private static boolean keepsComputing(
      CudaPool pool, AtomicBoolean end, AtomicInteger answers, AtomicInteger failures) {
    // One pair of buffers, as those of a service, which outlive a GPU that is lost.
    try (HostBuffer x = pool.allocate(ELEMENTS * 4L);
        HostBuffer y = pool.allocate(ELEMENTS * 4L)) {
      while (!end.get()) {
        try {
          if (!computesRelu(pool, x, y)) {
            return false;
          }
          answers.incrementAndGet();
        } catch (DeviceException e) {
          failures.incrementAndGet();
        }
      }
      return true;
    }
  }

  private static boolean computesRelu(CudaPool pool) {
    try (HostBuffer x = pool.allocate(ELEMENTS * 4L);
        HostBuffer y = pool.allocate(ELEMENTS * 4L)) {
      return computesRelu(pool, x, y);
    }
  }

  private static boolean computesRelu(CudaPool pool, HostBuffer x, HostBuffer y) {
    for (int i = 0; i < ELEMENTS; i++) {
      x.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, i - 1_000);
    }
    pool.run(
        new Relu(), DataType.FP32, List.of(OpenDevice.forward(ELEMENTS, x.segment(), y.segment())));
    for (int i = 0; i < ELEMENTS; i++) {
      if (y.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i) != Math.max(0, i - 1_000)) {
        return false;
      }
    }
    return true;
  }

  private void lose(CudaPool pool, int ordinal) {
    driver.fail("kernel@" + ordinal, 1, CudaResult.ILLEGAL_ADDRESS);
    while (pool.gpus().get(ordinal).usable()) {
      try {
        // Another GPU answers it where there is one.
        assertThat(computesRelu(pool)).isTrue();
      } catch (DeviceException e) {
        assertThat(e).hasMessageContaining("CUDA_ERROR_ILLEGAL_ADDRESS");
      }
    }
  }

  private static void awaitMore(AtomicInteger counted, int more) {
    for (int until = counted.get() + more; counted.get() < until; ) {
      Thread.onSpinWait();
    }
  }

  private CudaPool open(Integer... ordinals) {
    return open(OpenDevice.TINY, ordinals);
  }

  /** Whose calls need no page-locked memory but that of their tensors. */
  private CudaPool openStaged() {
    return open(OpenDevice.TINY.withTransfer(Transfer.STAGED));
  }

  private CudaPool open(CudaOptions options, Integer... ordinals) {
    return switch (CudaDetection.detect(List.of(ordinals), options, timer)) {
      case DeviceDetection.Available(var device) -> (CudaPool) device;
      case DeviceDetection.Unavailable(String reason) -> throw new AssertionError(reason);
    };
  }
}
