package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.verhulst.kernels.DeviceChoice;
import dev.verhulst.kernels.DeviceDetection;
import dev.verhulst.kernels.DeviceUnavailableException;
import dev.verhulst.kernels.Devices;
import dev.verhulst.kernels.ForkedJvm;
import org.junit.jupiter.api.Test;

/** The search for a GPU, in JVMs of their own, since a driver once loaded stays. */
final class CudaDetectionTest {

  /** Looks for the GPU, and says what came of it. */
  static final class Detect {

    public static void main(String[] arguments) {
      switch (CudaDetection.detect(Integer.parseInt(arguments[0]))) {
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

  private static void onlyWithoutDriver() {
    boolean driver = true;
    try {
      DriverProbe.ask();
    } catch (DriverProbe.NoDriverException e) {
      driver = false;
    } catch (CudaException e) {
      // A driver, though not one that works.
    }
    assumeTrue(!driver, "this machine has an NVIDIA driver");
  }
}
