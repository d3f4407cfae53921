package dev.verhulst.service.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.service.device.MeasuredPlacement.Times;
import org.junit.jupiter.api.Test;

class MeasuredPlacementTest {

  private final MeasuredPlacement placement = new MeasuredPlacement();

  @Test
  void whereTheLinesCrossTheGpuTakesOver() {
    // 1 ns an element, against 20 µs a call and 0.2 ns an element: they meet at 25,000.
    Times cpu = new Times(1_000, 1_000, 1_000_000, 1_000_000);
    Times gpu = new Times(1_000, 20_200, 1_000_000, 220_000);
    placement.measured("erf", DataType.FP64, cpu, gpu);

    assertThat(placement.place("erf", DataType.FP64, 24_999)).isEqualTo(DeviceKind.CPU);
    assertThat(placement.place("erf", DataType.FP64, 25_001)).isEqualTo(DeviceKind.CUDA);
  }

  @Test
  void aGpuThatIsNeverFasterGetsNothing() {
    Times cpu = new Times(1_000, 100, 1_000_000, 100_000);
    Times gpu = new Times(1_000, 20_200, 1_000_000, 220_000);
    placement.measured("relu", DataType.FP32, cpu, gpu);

    assertThat(placement.place("relu", DataType.FP32, Long.MAX_VALUE - 1))
        .isEqualTo(DeviceKind.CPU);
  }

  @Test
  void aGpuThatIsAlwaysFasterGetsEverything() {
    Times cpu = new Times(1_000, 5_000, 1_000_000, 1_000_000);
    Times gpu = new Times(1_000, 1_000, 1_000_000, 100_000);
    placement.measured("erf", DataType.FP32, cpu, gpu);

    assertThat(placement.place("erf", DataType.FP32, 0)).isEqualTo(DeviceKind.CUDA);
  }

  @Test
  void whatWasNotMeasuredGoesToTheGpuFromAFixedSizeOn() {
    placement.measured("erf", DataType.FP32, new Times(1, 1, 2, 2), new Times(1, 1_000, 2, 1_001));
    long from = MeasuredPlacement.UNMEASURED_GPU_FROM;

    assertThat(placement.place("erf", DataType.FP16, from - 1)).isEqualTo(DeviceKind.CPU);
    assertThat(placement.place("erf", DataType.FP16, from)).isEqualTo(DeviceKind.CUDA);
    assertThat(placement.place("elu", DataType.FP32, from)).isEqualTo(DeviceKind.CUDA);
  }

  @Test
  void aConfiguredPlacementGoesBySizeAlone() {
    Placement configured = Placement.gpuFrom(1000);

    assertThat(configured.place("erf", DataType.FP32, 999)).isEqualTo(DeviceKind.CPU);
    assertThat(configured.place("relu", DataType.FP16, 1000)).isEqualTo(DeviceKind.CUDA);
  }
}
