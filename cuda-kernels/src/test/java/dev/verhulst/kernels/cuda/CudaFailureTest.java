package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.Tensors;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the device does when a call of the driver fails: every call, the first time and later. */
@Tag(FakeDriver.TAG)
final class CudaFailureTest {

  private static final Random RANDOM = new Random(3);

  private FakeDriver driver;

  @BeforeEach
  void imitate() {
    driver = FakeDriver.fresh();
  }

  @AfterEach
  void nothingIsLeft() {
    Leaks.assertNone(driver);
  }

  @ParameterizedTest
  @CsvSource({
    "cuInit, 1",
    "cuDeviceGet, 1",
    "cuDeviceGetName, 1",
    "cuDeviceGetAttribute, 1",
    "cuDeviceGetAttribute, 3",
    "cuDeviceTotalMem, 1",
    "cuDevicePrimaryCtxSetFlags, 1",
    "cuDevicePrimaryCtxRetain, 1",
    "cuCtxPushCurrent, 1",
    "cuCtxPopCurrent, 1",
    "cuStreamCreate, 1",
    "cuStreamCreate, 3",
    "cuMemAlloc, 1",
    "cuMemAlloc, 4"
  })
  void leavesNothingBehindWhenItCannotBeOpened(String call, long nth) {
    driver.fail(call, nth, CudaResult.OUT_OF_MEMORY);
    assertThatThrownBy(() -> OpenDevice.open(CudaOptions.DEFAULT))
        .isInstanceOfSatisfying(
            CudaException.class,
            failure -> {
              assertThat(failure.call()).isEqualTo(call);
              assertThat(failure.resultName()).isEqualTo("CUDA_ERROR_OUT_OF_MEMORY");
              assertThat(failure.isOutOfMemory()).isTrue();
              assertThat(failure.isSticky()).isFalse();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "cuCtxPushCurrent, 1",
    "cuModuleLoadData, 1",
    "cuModuleGetFunction, 1",
    "cuMemcpyHtoDAsync, 1",
    "cuMemcpyHtoDAsync, 5",
    "cuLaunchKernel, 1",
    "cuLaunchKernel, 5",
    "cuMemcpyDtoHAsync, 1",
    "cuMemcpyDtoHAsync, 5",
    "cuStreamSynchronize, 1",
    "cuStreamSynchronize, 3",
    "cuCtxPopCurrent, 1"
  })
  void staysUsableAfterAnErrorThatPasses(String call, long nth) {
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
        Tensors tensors = new Tensors(DataType.FP32, RANDOM)) {
      ActivationTask task = largeTask(tensors);
      driver.fail(call, nth, CudaResult.INVALID_VALUE);
      CudaException failure =
          catchThrowableOfType(
              CudaException.class,
              () -> OpenDevice.run(device, new Sigmoid(), DataType.FP32, task));
      assertThat(failure)
          .hasMessage(
              call
                  + " failed with CUDA_ERROR_INVALID_VALUE (1): an argument is out of range;"
                  + " this is a bug in Verhulst, please report it");
      assertThat(device.isUsable()).isTrue();
      assertThatCode(() -> OpenDevice.run(device, new Sigmoid(), DataType.FP32, task))
          .doesNotThrowAnyException();
    }
  }

  /** After a failure, nothing may still read or write the caller's memory. */
  @ParameterizedTest
  @ValueSource(longs = {2, 5, 9})
  void waitsForWhatIsUnderWayBeforeItReportsAFailure(long nth) {
    driver.set("operation_microseconds", 3_000);
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
        Tensors tensors = new Tensors(DataType.FP32, RANDOM)) {
      ActivationTask task = largeTask(tensors);
      driver.fail("cuLaunchKernel", nth, CudaResult.LAUNCH_OUT_OF_RESOURCES);
      assertThatThrownBy(() -> OpenDevice.run(device, new Sigmoid(), DataType.FP32, task))
          .isInstanceOf(CudaException.class);
      MemorySegment y = Objects.requireNonNull(task.y());
      byte[] whenItFailed = y.toArray(ValueLayout.JAVA_BYTE);
      assertThatCode(() -> Thread.sleep(60)).doesNotThrowAnyException();
      assertThat(y.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(whenItFailed);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuMemcpyHtoDAsync", "cuLaunchKernel", "cuStreamSynchronize", "kernel"})
  void isLostToAnErrorThatStays(String call) {
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
        Tensors tensors = new Tensors(DataType.FP32, RANDOM)) {
      HostBuffer buffer = device.allocate(100);
      ActivationTask task = largeTask(tensors);
      driver.fail(call, 2, CudaResult.ILLEGAL_ADDRESS);
      CudaException failure =
          catchThrowableOfType(
              CudaException.class,
              () -> {
                OpenDevice.run(device, new Sigmoid(), DataType.FP32, task);
                OpenDevice.run(device, new Sigmoid(), DataType.FP32, task);
              });
      assertThat(failure.isSticky()).isTrue();
      assertThat(failure.resultName()).isEqualTo("CUDA_ERROR_ILLEGAL_ADDRESS");
      assertThat(device.isUsable()).isFalse();
      assertThatThrownBy(() -> OpenDevice.run(device, new Sigmoid(), DataType.FP32, task))
          .isInstanceOf(DeviceException.class)
          .hasMessageStartingWith("the GPU was lost to an earlier error: ")
          .hasMessageEndingWith("restart the process");
      assertThatThrownBy(() -> device.allocate(1)).isInstanceOf(DeviceException.class);
      buffer.close();
    }
  }

  @Test
  void tellsWhenMemoryRanOutAndGoesOn() {
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
        Tensors tensors = new Tensors(DataType.FP32, RANDOM)) {
      driver.fail("cuMemHostRegister", 1, CudaResult.OUT_OF_MEMORY);
      assertOutOfMemory(() -> device.allocate(1 << 20));
      driver.fail("cuMemAlloc", 1, CudaResult.OUT_OF_MEMORY);
      ActivationTask wide = largeTask(tensors);
      assertOutOfMemory(() -> OpenDevice.run(device, new Softmax(), DataType.FP32, wide));
      driver.fail("cuMemAlloc", 1, CudaResult.OUT_OF_MEMORY);
      LossTask loss =
          new LossTask(
              9_000,
              9_000,
              tensors.random(9_000, -1, 1),
              tensors.random(9_000, 0, 1),
              null,
              null,
              tensors.empty(1),
              null);
      assertOutOfMemory(
          () ->
              device.run(
                  new BinaryCrossEntropyWithLogits(Reduction.MEAN), DataType.FP32, List.of(loss)));
      assertThat(device.isUsable()).isTrue();
      OpenDevice.run(device, new Softmax(), DataType.FP32, wide);
    }
  }

  private static void assertOutOfMemory(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CudaException.class, failure -> assertThat(failure.isOutOfMemory()).isTrue());
  }

  @Test
  void freesWhatItCanWhenFreeingFails() {
    CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
    driver.fail("cuStreamDestroy", 2, CudaResult.INVALID_HANDLE);
    driver.fail("cuMemFree", 3, CudaResult.INVALID_VALUE);
    assertThatThrownBy(device::close)
        .isInstanceOf(CudaException.class)
        .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
    assertThat(driver.count("forgotten")).isEqualTo(2);
    FakeDriver.fresh();
  }

  private static ActivationTask largeTask(Tensors tensors) {
    return OpenDevice.forward(5_000, tensors.random(5_000, -6, 6), tensors.empty(5_000));
  }
}
