package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadChecks;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.Tensors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a head does when cuBLAS does not start, and when a call fails on the way. */
@Tag(FakeDriver.TAG)
final class CudaHeadFailureTest {

  private static final HeadParameters PARAMETERS = HeadChecks.parameters(6, 40, true);

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private FakeDriver driver;
  private FakeCublas cublas;

  @BeforeEach
  void imitate() {
    driver = FakeDriver.fresh();
    cublas = FakeCublas.load();
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void nothingIsLeft() {
    logger().detachAppender(log);
    Leaks.assertNone(driver);
    assertThat(cublas.handles()).isZero();
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(CudaHeads.class);
  }

  @ParameterizedTest
  @CsvSource({
    "cublasCreate, 1",
    "cublasCreate, 3",
    "cublasSetStream, 1",
    "cublasSetWorkspace, 2",
    "cublasSetMathMode, 1"
  })
  void computesWithThePlainKernelWhereCublasDoesNotStart(String call, long nth) {
    driver.fail(call, nth, CublasStatus.ALLOC_FAILED);
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
        Head head = device.head(PARAMETERS, DataType.FP32)) {
      HeadChecks.checkBatch(head, PARAMETERS, DataType.FP32, new Random(1));
      assertThat(cublas.handles()).isZero();
      assertThat(driver.count("cublasSgemm")).isZero();
      device.head(PARAMETERS, DataType.FP64).close();
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "Heads compute their products with a plain kernel, slower than cuBLAS, because "
                + call
                + " failed with CUBLAS_STATUS_ALLOC_FAILED (3): there is not enough memory left on"
                + " the GPU; free memory on the GPU (nvidia-smi says who uses it)");
  }

  @Test
  void computesWithThePlainKernelWhereThereIsNoMemoryForCublas() {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT)) {
      driver.fail("cuMemAlloc", 2, CudaResult.OUT_OF_MEMORY);
      try (Head head = device.head(PARAMETERS, DataType.FP32)) {
        HeadChecks.checkBatch(head, PARAMETERS, DataType.FP32, new Random(1));
      }
      assertThat(cublas.handles()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"FP32, cublasSgemm", "FP64, cublasDgemm"})
  void staysUsableWhenAProductFails(DataType dataType, String call) {
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
        Head head = device.head(PARAMETERS, dataType);
        Tensors tensors = new Tensors(dataType, new Random(2))) {
      HeadTask task = HeadChecks.task(PARAMETERS, 90, tensors);
      driver.fail(call, 3, CublasStatus.ALLOC_FAILED);
      CublasException failure =
          catchThrowableOfType(CublasException.class, () -> head.run(List.of(task)));
      assertThat(failure.call()).isEqualTo(call);
      assertThat(failure.isOutOfMemory()).isTrue();
      assertThat(device.isUsable()).isTrue();
      head.run(List.of(task));
      HeadChecks.check(PARAMETERS, dataType, task);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cuMemcpyHtoDAsync, 1",
    "cuMemcpyHtoDAsync, 4",
    "cuLaunchKernel, 2",
    "cuMemcpyDtoHAsync, 1",
    "cuMemcpyDtoHAsync, 4",
    "cuStreamSynchronize, 2"
  })
  void staysUsableWhenACallOfTheDriverFails(String call, long nth) {
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
        Head head = device.head(PARAMETERS, DataType.FP32);
        Tensors tensors = new Tensors(DataType.FP32, new Random(2))) {
      HeadTask task = HeadChecks.task(PARAMETERS, 90, tensors);
      driver.fail(call, nth, CudaResult.INVALID_VALUE);
      assertThatThrownBy(() -> head.run(List.of(task)))
          .isInstanceOf(CudaException.class)
          .hasMessageStartingWith(call + " failed with CUDA_ERROR_INVALID_VALUE (1): ");
      assertThat(device.isUsable()).isTrue();
      head.run(List.of(task));
      HeadChecks.check(PARAMETERS, DataType.FP32, task);
    }
  }

  /** After a failure, nothing may still read or write the caller's memory. */
  @Test
  void waitsForWhatIsUnderWayBeforeItReportsAFailure() {
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
        Head head = device.head(PARAMETERS, DataType.FP32);
        Tensors tensors = new Tensors(DataType.FP32, new Random(3))) {
      driver.set("operation_microseconds", 3_000);
      HeadTask task = HeadChecks.task(PARAMETERS, 90, tensors);
      driver.fail("cublasSgemm", 4, CublasStatus.INTERNAL_ERROR);
      assertThatThrownBy(() -> head.run(List.of(task))).isInstanceOf(CublasException.class);
      MemorySegment logits = Objects.requireNonNull(task.logits());
      byte[] whenItFailed = logits.toArray(ValueLayout.JAVA_BYTE);
      assertThatCode(() -> Thread.sleep(60)).doesNotThrowAnyException();
      assertThat(logits.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(whenItFailed);
      driver.set("operation_microseconds", 0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cuMemAlloc, 1",
    "cuMemcpyHtoDAsync, 1",
    "cuMemcpyHtoDAsync, 3",
    "cuStreamSynchronize, 2",
    "cuModuleGetFunction, 1"
  })
  void leavesNothingBehindWhenAHeadCannotBePrepared(String call, long nth) {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT)) {
      device.head(HeadChecks.parameters(1, 1, false), DataType.FP32).close();
      long before = driver.count("device_allocations");
      driver.fail(call, nth, CudaResult.OUT_OF_MEMORY);
      assertThatThrownBy(() -> device.head(PARAMETERS, DataType.FP64))
          .isInstanceOfSatisfying(
              CudaException.class, failure -> assertThat(failure.isOutOfMemory()).isTrue());
      assertThat(driver.count("device_allocations")).isEqualTo(before);
      assertThat(device.isUsable()).isTrue();
      try (Head head = device.head(PARAMETERS, DataType.FP64)) {
        HeadChecks.checkBatch(head, PARAMETERS, DataType.FP64, new Random(4));
      }
    }
  }

  @Test
  void tellsWhenMemoryRanOutForLongRowsAndGoesOn() {
    HeadParameters wide = HeadChecks.parameters(2, 3_000, false);
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
        Head head = device.head(wide, DataType.FP32);
        Tensors tensors = new Tensors(DataType.FP32, new Random(5))) {
      HeadTask task = HeadChecks.task(wide, 3, tensors);
      driver.fail("cuMemAlloc", 1, CudaResult.OUT_OF_MEMORY);
      assertThatThrownBy(() -> head.run(List.of(task)))
          .isInstanceOfSatisfying(
              CudaException.class, failure -> assertThat(failure.isOutOfMemory()).isTrue());
      head.run(List.of(task));
      HeadChecks.check(wide, DataType.FP32, task);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cublasSgemm", "kernel", "cuMemcpyHtoDAsync"})
  void isLostToAnErrorThatStays(String call) {
    CudaDevice device = OpenDevice.open(OpenDevice.TINY);
    try (device;
        Head head = device.head(PARAMETERS, DataType.FP32);
        Tensors tensors = new Tensors(DataType.FP32, new Random(6))) {
      List<HeadTask> tasks = List.of(HeadChecks.task(PARAMETERS, 90, tensors));
      driver.fail(call, 2, CudaResult.ILLEGAL_ADDRESS);
      assertThatThrownBy(() -> head.run(tasks)).isInstanceOf(DeviceException.class);
      assertThatThrownBy(() -> head.run(tasks)).isInstanceOf(DeviceException.class);
      assertThat(device.isUsable()).isFalse();
      assertThatThrownBy(() -> device.head(PARAMETERS, DataType.FP32))
          .isInstanceOf(DeviceException.class)
          .hasMessageStartingWith("the GPU was lost to an earlier error: ");
    }
    cublas.forget();
  }

  @Test
  void isLostWhereCublasStartsInALostContext() {
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY)) {
      driver.fail("cuMemAlloc", 2, CudaResult.ILLEGAL_ADDRESS);
      assertThatThrownBy(() -> device.head(PARAMETERS, DataType.FP32))
          .isInstanceOfSatisfying(
              CudaException.class, failure -> assertThat(failure.isSticky()).isTrue());
      assertThat(device.isUsable()).isFalse();
    }
    cublas.forget();
  }
}
