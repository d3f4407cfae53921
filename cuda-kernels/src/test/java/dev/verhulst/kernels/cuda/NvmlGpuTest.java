package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DeviceDetection;
import dev.verhulst.kernels.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a GPU's driver says of it, in JVMs of their own, since a library once loaded stays. */
final class NvmlGpuTest {

  /** Opens the GPU of that number, and prints its readings, twice. */
  static final class Read {

    public static void main(String[] arguments) {
      if (CudaDetection.detect(List.of(Integer.parseInt(arguments[0])))
          instanceof DeviceDetection.Available(var device)) {
        System.out.println(device.gpus().getFirst().readings());
        System.out.println(device.gpus().getFirst().readings());
        device.close();
      }
    }
  }

  @Test
  void saysHowTheGpuStandsThatComputes() throws Exception {
    ForkedJvm.Result result = read("").run("1");
    assertThat(result.errors()).isEmpty();
    assertThat(result.output().lines())
        .containsExactly(
            "DeviceReadings[uuid=GPU-imitated, memoryTotalBytes=17179869184,"
                + " memoryUsedBytes=4294967296, utilization=0.75, powerWatts=123.5,"
                + " powerLimitWatts=350.0, energyJoules=1.5]",
            "DeviceReadings[uuid=GPU-imitated, memoryTotalBytes=17179869184,"
                + " memoryUsedBytes=4294967296, utilization=0.75, powerWatts=123.5,"
                + " powerLimitWatts=350.0, energyJoules=3.0]");
  }

  @Test
  void leavesOutWhatTheDriverDoesNotSay() throws Exception {
    ForkedJvm.Result result =
        read("nvmlDeviceGetPowerUsage nvmlDeviceGetMemoryInfo nvmlDeviceGetUtilizationRates"
                + " nvmlDeviceGetTotalEnergyConsumption")
            .run("1");
    assertThat(result.errors()).isEmpty();
    assertThat(result.output())
        .startsWith(
            "DeviceReadings[uuid=GPU-imitated, memoryTotalBytes=null, memoryUsedBytes=null,"
                + " utilization=null, powerWatts=null, powerLimitWatts=350.0,"
                + " energyJoules=null]\n");
  }

  @Test
  void saysNothingWhereTheLibraryDoesNotStart() throws Exception {
    assertThat(read("nvmlInit").run("1")).isEqualTo(new ForkedJvm.Result(0, "null\nnull\n", ""));
  }

  @Test
  void saysNothingOfAGpuThatTheLibraryDoesNotKnow() throws Exception {
    assertThat(read("").run("0")).isEqualTo(new ForkedJvm.Result(0, "null\nnull\n", ""));
  }

  @Test
  void saysNothingWithoutTheLibrary() throws Exception {
    ForkedJvm.Result result =
        new ForkedJvm(Read.class)
            .environment("LD_LIBRARY_PATH", FakeDriverBuild.directory().toString())
            .environment("FAKE_CUDA", "devices=2")
            .run("1");
    assertThat(result.errors()).isEmpty();
    // On a machine with the library, it does not know the imitated GPU.
    assertThat(result.output()).isEqualTo("null\nnull\n");
  }

  private static ForkedJvm read(String failing) throws IOException {
    return new ForkedJvm(Read.class)
        .environment("LD_LIBRARY_PATH", FakeDriverBuild.directory() + ":" + library().getParent())
        .environment("FAKE_CUDA", "devices=2")
        .environment("FAKE_NVML", failing);
  }

  /** Compiles the imitation of the library. */
  private static Path library() throws IOException {
    Path directory = Files.createDirectories(Path.of("target/fake-nvml").toAbsolutePath());
    Path part = Files.createTempFile(directory, "nvml", ".part");
    assertThat(
            FakeDriverBuild.run(
                List.of(
                    "g++",
                    "-std=c++20",
                    "-shared",
                    "-fPIC",
                    "-Wl,-soname," + NvmlGpu.LIBRARY,
                    "-o",
                    part.toString(),
                    "src/test/nvml/nvml.cpp")))
        .as("g++ compiles the imitation of NVML")
        .isTrue();
    return Files.move(part, directory.resolve(NvmlGpu.LIBRARY), StandardCopyOption.ATOMIC_MOVE);
  }
}
