package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DeviceDetection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Why a GPU is not taken, word for word. */
@Tag(FakeDriver.TAG)
final class CudaDetectionReasonTest {

  private FakeDriver driver;

  @BeforeEach
  void imitate() {
    driver = FakeDriver.fresh();
  }

  @AfterEach
  void nothingIsLeft() {
    Leaks.assertNone(driver);
  }

  @Test
  void takesAGpuThatWorks() {
    assertThat(CudaDetection.detect(List.of(0)))
        .isInstanceOfSatisfying(
            DeviceDetection.Available.class,
            available -> {
              assertThat(driver.count("cuLaunchKernel")).isEqualTo(1);
              assertThat(available.device().isUsable()).isTrue();
              available.device().close();
              assertThat(available.device().isUsable()).isFalse();
            });
  }

  @Test
  void acceptsTheOldestDriverThatTakesThePtx() {
    driver.set("driver_version", 11000);
    driver.set("compute_capability", 75);
    assertThat(CudaDetection.detect(List.of(0)))
        .isInstanceOfSatisfying(
            DeviceDetection.Available.class, available -> available.device().close());
  }

  @Test
  void saysThatThereIsNoGpu() {
    driver.set("devices", 0);
    assertReason(
        "cuInit failed with CUDA_ERROR_NO_DEVICE (100): the driver sees no GPU; look at nvidia-smi,"
            + " at CUDA_VISIBLE_DEVICES, and at whether the container was given a GPU");
  }

  @Test
  void saysThatTheDriverIsTooOld() {
    driver.set("driver_version", 10020);
    assertReason("the NVIDIA driver is too old: it supports CUDA 10.2, expected 11.0 or newer");
  }

  @Test
  void saysThatTheGpuIsTooOld() {
    driver.set("compute_capability", 70);
    assertReason(
        "the GPU is too old: Imitated GPU (CUDA device 0, compute capability 7.0, 2"
            + " multiprocessors, 16 GiB), expected compute capability 7.5 or higher");
  }

  @Test
  void saysThatThereAreFewerGpus() {
    driver.set("devices", 2);
    assertThat(CudaDetection.detect(List.of(2)))
        .isEqualTo(
            new DeviceDetection.Unavailable(
                "there is no GPU 2: the driver sees 2, numbered from 0"));
    assertThat(CudaDetection.detect(List.of(-1))).isInstanceOf(DeviceDetection.Unavailable.class);
  }

  @Test
  void saysThatThePtxIsRejected() {
    driver.fail("cuModuleLoadData", 1, CudaResult.UNSUPPORTED_PTX_VERSION);
    assertReason(
        "cuModuleLoadData failed with CUDA_ERROR_UNSUPPORTED_PTX_VERSION (222): the driver is older"
            + " than the PTX; install a newer NVIDIA driver");
  }

  @Test
  void saysThatAKernelFails() {
    driver.fail("kernel", 1, CudaResult.LAUNCH_FAILED);
    // Whichever call comes next reports it.
    assertThat(CudaDetection.detect(List.of(0)))
        .isInstanceOfSatisfying(
            DeviceDetection.Unavailable.class,
            unavailable ->
                assertThat(unavailable.reason())
                    .matches(
                        "cu\\w+ failed with CUDA_ERROR_LAUNCH_FAILED \\(719\\): a kernel failed;"
                            + " restart the process"));
  }

  private static void assertReason(String reason) {
    assertThat(CudaDetection.detect(List.of(0))).isEqualTo(new DeviceDetection.Unavailable(reason));
  }
}
