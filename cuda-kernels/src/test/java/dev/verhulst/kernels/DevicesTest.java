package dev.verhulst.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DevicesTest {

  private static final String REASON = "the fans are off";

  private final Device cpu = new NamedDevice(DeviceKind.CPU);
  private final Device gpu = new NamedDevice(DeviceKind.CUDA);
  private final Devices withGpu = new Devices(() -> cpu, () -> new DeviceDetection.Available(gpu));
  private final Devices withoutGpu =
      new Devices(() -> cpu, () -> new DeviceDetection.Unavailable(REASON));

  @Test
  void takesTheGpuWhereItWorks() {
    assertThat(withGpu.select(DeviceChoice.AUTO).device()).isSameAs(gpu);
  }

  @Test
  void saysWhyItTookTheCpu() {
    assertThat(withoutGpu.select(DeviceChoice.AUTO))
        .isEqualTo(new DeviceSelection(cpu, "CUDA is not available, because the fans are off"));
  }

  @Test
  void takesWhatIsAskedFor() {
    assertThat(withGpu.select(DeviceChoice.CUDA))
        .isEqualTo(new DeviceSelection(gpu, "as was asked for"));
    assertThat(withoutGpu.select(DeviceChoice.CPU))
        .isEqualTo(new DeviceSelection(cpu, "as was asked for"));
  }

  @Test
  void doesNotEvenLookForAGpuWhereTheCpuIsAskedFor() {
    Devices devices =
        new Devices(
            () -> cpu,
            () -> {
              throw new AssertionError("looked for a GPU");
            });
    assertThat(devices.select(DeviceChoice.CPU).device()).isSameAs(cpu);
  }

  @Test
  void neverFallsBackFromAForcedChoice() {
    assertThatThrownBy(() -> withoutGpu.select(DeviceChoice.CUDA))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessage("CUDA was asked for and is not available: the fans are off");
  }

  private record NamedDevice(DeviceKind kind) implements Device {

    @Override
    public String description() {
      return kind.name();
    }

    @Override
    public HostBuffer allocate(long byteSize) {
      throw new AssertionError();
    }

    @Override
    public void run(Activation activation, DataType dataType, List<ActivationTask> tasks) {
      throw new AssertionError();
    }

    @Override
    public void run(BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks) {
      throw new AssertionError();
    }

    @Override
    public void close() {}
  }
}
