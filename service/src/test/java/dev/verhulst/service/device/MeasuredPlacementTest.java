package dev.verhulst.service.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.PlacementProbe;
import org.junit.jupiter.api.Test;

class MeasuredPlacementTest {

  private final MeasuredPlacement placement = new MeasuredPlacement();

  @Test
  void theGpuTakesOverAtTheMeasuredSize() {
    placement.measured("erf", DataType.FP64, 80_000);

    assertThat(placement.place("erf", DataType.FP64, 9_999)).isEqualTo(DeviceKind.CPU);
    assertThat(placement.place("erf", DataType.FP64, 10_000)).isEqualTo(DeviceKind.CUDA);
  }

  @Test
  void aGpuThatIsNeverFasterGetsNothing() {
    placement.measured("relu", DataType.FP32, PlacementProbe.NEVER);

    assertThat(placement.place("relu", DataType.FP32, 1L << 40)).isEqualTo(DeviceKind.CPU);
  }

  @Test
  void whatWasNotMeasuredGoesToTheGpuFromAFixedSizeOn() {
    placement.measured("erf", DataType.FP32, 1);
    long from = MeasuredPlacement.UNMEASURED_GPU_FROM_BYTES / 2;

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
