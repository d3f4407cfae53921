package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Tensors;
import dev.verhulst.kernels.activation.Relu;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls from many threads at once. */
@Tag(FakeDriver.TAG)
final class CudaConcurrencyTest {

  private FakeDriver driver;

  @BeforeEach
  void imitate() {
    driver = FakeDriver.fresh();
  }

  @AfterEach
  void nothingIsLeft() {
    Leaks.assertNone(driver);
  }

  static Stream<ExecutorService> threads() {
    return Stream.of(Executors.newVirtualThreadPerTaskExecutor(), Executors.newFixedThreadPool(32));
  }

  @ParameterizedTest
  @MethodSource("threads")
  void computesWhatEachOfManyThreadsAsks(ExecutorService threads) throws Exception {
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY)) {
      List<Future<Boolean>> answers = new ArrayList<>();
      try (threads) {
        for (int i = 0; i < 32; i++) {
          int seed = i;
          answers.add(threads.submit(() -> computesRelus(device, new Random(seed))));
        }
      }
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get()).isTrue();
      }
    }
  }

  private static boolean computesRelus(CudaDevice device, Random random) {
    for (int call = 0; call < 10; call++) {
      try (Tensors tensors = new Tensors(DataType.FP32, random)) {
        List<ActivationTask> tasks = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
          int elements = random.nextInt(2_000);
          MemorySegment x = tensors.random(elements, -1, 1);
          tasks.add(OpenDevice.forward(elements, x, tensors.empty(elements)));
        }
        device.run(new Relu(), DataType.FP32, tasks);
        for (ActivationTask task : tasks) {
          double[] x = tensors.read(task.x(), 0, task.elements());
          double[] y = tensors.read(Objects.requireNonNull(task.y()), 0, task.elements());
          for (int i = 0; i < x.length; i++) {
            if (y[i] != Math.max(0, x[i])) {
              return false;
            }
          }
        }
      }
    }
    return true;
  }

  /** Virtual threads that wait for the device leave their carriers to others. */
  @Test
  void holdsNoCarrierWhileTheDeviceWorks() throws Exception {
    int calls = 4 * Runtime.getRuntime().availableProcessors();
    CountDownLatch started = new CountDownLatch(calls);
    AtomicInteger finished = new AtomicInteger();
    driver.set("held", 1);
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
        Tensors tensors = new Tensors(DataType.FP32, new Random(1));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < calls; i++) {
        ActivationTask task = task(tensors);
        threads.submit(
            () -> {
              started.countDown();
              OpenDevice.run(device, new Relu(), DataType.FP32, task);
              finished.incrementAndGet();
            });
      }
      Callable<Integer> other = finished::get;
      try {
        assertThat(started.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(threads.submit(other).get(1, TimeUnit.MINUTES)).isZero();
      } finally {
        driver.set("held", 0);
      }
    }
    assertThat(finished).hasValue(calls);
  }

  @Test
  void finishesAnInterruptedCall() throws Exception {
    driver.set("operation_microseconds", 50_000);
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
        Tensors tensors = new Tensors(DataType.FP32, new Random(1));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      MemorySegment x = tensors.random(100, 1, 2);
      MemorySegment y = tensors.empty(100);
      Callable<Boolean> call =
          () -> {
            Thread.currentThread().interrupt();
            OpenDevice.run(device, new Relu(), DataType.FP32, OpenDevice.forward(100, x, y));
            return Thread.interrupted();
          };
      assertThat(threads.submit(call).get()).isTrue();
      assertThat(tensors.read(y, 0, 100)).isEqualTo(tensors.read(x, 0, 100));
    }
  }

  @Test
  void finishesTheCallsUnderWayWhenItIsClosed() throws Exception {
    driver.set("operation_microseconds", 100_000);
    CudaDevice device = OpenDevice.open(OpenDevice.TINY);
    try (Tensors tensors = new Tensors(DataType.FP32, new Random(1));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      MemorySegment x = tensors.random(100, 1, 2);
      MemorySegment y = tensors.empty(100);
      Future<?> call =
          threads.submit(
              () ->
                  OpenDevice.run(device, new Relu(), DataType.FP32, OpenDevice.forward(100, x, y)));
      while (driver.count("cuMemcpyHtoDAsync") == 0) {
        Thread.onSpinWait();
      }
      device.close();
      call.get();
      assertThat(tensors.read(y, 0, 100)).isEqualTo(tensors.read(x, 0, 100));
      assertThatThrownBy(() -> OpenDevice.run(device, new Relu(), DataType.FP32, task(tensors)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the device is closed");
    }
  }

  private static ActivationTask task(Tensors tensors) {
    return OpenDevice.forward(10, tensors.random(10, -1, 1), tensors.empty(10));
  }
}
