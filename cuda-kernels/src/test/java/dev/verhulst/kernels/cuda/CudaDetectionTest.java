package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.verhulst.kernels.DeviceChoice;
import dev.verhulst.kernels.DeviceDetection;
import dev.verhulst.kernels.DeviceUnavailableException;
import dev.verhulst.kernels.Devices;
import dev.verhulst.kernels.ForkedJvm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search for a GPU, in JVMs of their own, since a driver once loaded stays. */
final class CudaDetectionTest {

  /** Looks for the GPU, and says what came of it. */
  static final class Detect {

    public static void main(String[] arguments) {
      switch (CudaDetection.detect(List.of(Integer.parseInt(arguments[0])))) {
        case DeviceDetection.Available(var device) -> {
          System.out.println("found " + device.description());
          device.close();
        }
        case DeviceDetection.Unavailable(String reason) -> System.out.println(reason);
      }
    }
  }

  /** Asks for the GPU and nothing else. */
  static final class Force {

    public static void main(String[] arguments) {
      try {
        Devices.ofThisMachine().select(DeviceChoice.CUDA).device().close();
      } catch (DeviceUnavailableException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void saysInOneSentenceThatThereIsNoDriver() throws Exception {
    onlyWithoutDriver();
    assertThat(new ForkedJvm(Detect.class).run("0"))
        .isEqualTo(
            new ForkedJvm.Result(
                0, "there is no NVIDIA driver (libcuda.so.1 was not found)\n", ""));
  }

  @Test
  void stopsAForcedChoiceWithOneLine() throws Exception {
    onlyWithoutDriver();
    assertThat(new ForkedJvm(Force.class).run())
        .isEqualTo(
            new ForkedJvm.Result(
                0,
                "CUDA was asked for and is not available: "
                    + "there is no NVIDIA driver (libcuda.so.1 was not found)\n",
                ""));
  }

  @Test
  void findsAGpuThroughTheLibraryPathAndPrintsNothing() throws Exception {
    assertThat(onFakeDriver("").run("0"))
        .isEqualTo(
            new ForkedJvm.Result(
                0,
                "found Imitated GPU (CUDA device 0, compute capability 8.0, 2 multiprocessors, 16"
                    + " GiB)\n",
                ""));
  }

  @Test
  void findsTheGpuThatWasAskedForAmongSeveral() throws Exception {
    assertThat(onFakeDriver("devices=3").run("2").output())
        .startsWith("found Imitated GPU (CUDA device 2,");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "devices=0",
        "driver_version=10020",
        "compute_capability=70",
        "cuInit:1:803",
        "cuInit:1:999",
        "cuDeviceGetCount:1:3",
        "cuDevicePrimaryCtxRetain:1:2",
        "cuStreamCreate:2:46",
        "cuModuleLoadData:1:218",
        "cuModuleLoadData:1:221",
        "kernel:1:719"
      })
  void saysInOneLineWhyAGpuIsNotTaken(String setup) throws Exception {
    ForkedJvm.Result result = onFakeDriver(setup).run("0");
    assertThat(result.errors()).isEmpty();
    assertThat(result.output()).doesNotStartWith("found").matches("[^\n]{20,}\n");
  }

  @Test
  void saysInOneLineThatJCudaCannotBeUnpacked() throws Exception {
    ForkedJvm.Result result = onFakeDriver("").option("-Djava.io.tmpdir=/proc").run("0");
    assertThat(result.errors()).isEmpty();
    assertThat(result.output())
        .matches("JCuda's library libJCudaDriver-\\S+ could not be unpacked into /proc [^\\n]+\\n");
  }

  private static ForkedJvm onFakeDriver(String setup) {
    return new ForkedJvm(Detect.class)
        .environment("LD_LIBRARY_PATH", FakeDriverBuild.directory().toString())
        .environment("FAKE_CUDA", setup);
  }

  private static void onlyWithoutDriver() {
    boolean driver = true;
    try {
      DriverProbe.ask();
    } catch (DriverLibrary.NoDriverException e) {
      driver = false;
    } catch (CudaException e) {
      // A driver, though not one that works.
    }
    assumeTrue(!driver, "this machine has an NVIDIA driver");
  }
}
