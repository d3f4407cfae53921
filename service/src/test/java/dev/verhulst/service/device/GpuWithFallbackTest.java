package dev.verhulst.service.device;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import dev.verhulst.service.fakes.FakeDevice;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class GpuWithFallbackTest {

  private static final long GPU_FROM = 10;
  private static final HeadParameters TWO_BY_TWO =
      new HeadParameters(
          2, 2, new double[4], new double[] {5, -3}, new double[] {1, 1}, new double[2]);

  private final FakeDevice gpu = new FakeDevice(DeviceKind.CUDA);
  private final FakeDevice cpu = new FakeDevice(DeviceKind.CPU);
  private final GpuWithFallback device = new GpuWithFallback(gpu, cpu, Placement.gpuFrom(GPU_FROM));

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment x = arena.allocate(40, 64);
  private final MemorySegment y = arena.allocate(40, 64);

  @Test
  void eachExecutionGoesWhereItIsPlacedByTheElementsOfAllItsTasks() {
    device.run(new Sigmoid(), DataType.FP32, List.of(task(5, y)));
    device.run(new Sigmoid(), DataType.FP32, List.of(task(5, y), task(5, y)));
    device.run(
        new BinaryCrossEntropyWithLogits(Reduction.MEAN), DataType.FP32, List.of(lossTask(10)));

    assertThat(cpu.launches()).hasSize(1);
    assertThat(gpu.launches()).hasSize(2);
    assertThat(device.kind()).isEqualTo(DeviceKind.CUDA);
    assertThat(device.description()).isEqualTo("a fake CUDA");
    assertThat(device.isUsable()).isTrue();
  }

  @Test
  void whatTheGpuFailsTheCpuComputes() {
    x.setAtIndex(JAVA_FLOAT, 9, 3);
    failOnGpu();

    device.run(new Sigmoid(), DataType.FP32, List.of(task(10, y)));
    device.run(
        new BinaryCrossEntropyWithLogits(Reduction.MEAN), DataType.FP32, List.of(lossTask(10)));

    assertThat(y.getAtIndex(JAVA_FLOAT, 9)).isEqualTo(4);
    assertThat(cpu.launches()).hasSize(2);
  }

  @Test
  void aFailureThatTheGpuSurvivesDegradesNothing() {
    failOnGpu();
    device.run(new Sigmoid(), DataType.FP32, List.of(task(10, y)));
    gpu.fault(launch -> {});

    device.run(new Sigmoid(), DataType.FP32, List.of(task(10, y)));

    assertThat(device.isUsable()).isTrue();
    assertThat(gpu.launches()).hasSize(2);
    assertThat(cpu.launches()).hasSize(1);
  }

  @Test
  void whileTheGpuIsLostTheCpuComputesEverythingAndTheDescriptionSaysSo() {
    failOnGpu();
    gpu.lost(true);
    device.run(new Sigmoid(), DataType.FP32, List.of(task(10, y)));
    device.run(new Sigmoid(), DataType.FP32, List.of(task(10, y)));

    assertThat(gpu.launches()).isEmpty();
    assertThat(cpu.launches()).hasSize(2);
    assertThat(device.isUsable()).isFalse();
    assertThat(device.kind()).isEqualTo(DeviceKind.CPU);
    assertThat(device.description()).isEqualTo("a fake CPU (degraded: a fake CUDA)");
  }

  @Test
  void aGpuThatComesBackComputesAgain() {
    gpu.lost(true);
    device.run(new Sigmoid(), DataType.FP32, List.of(task(10, y)));
    gpu.lost(false);
    device.run(new Sigmoid(), DataType.FP32, List.of(task(10, y)));

    assertThat(gpu.launches()).hasSize(1);
    assertThat(device.isUsable()).isTrue();
    assertThat(device.kind()).isEqualTo(DeviceKind.CUDA);
    assertThat(device.description()).isEqualTo("a fake CUDA");
  }

  @Test
  void anExecutionInPlaceThatFailedIsTurnedAwayBecauseItsInputMayBeLost() {
    failOnGpu();

    InferenceException failure =
        catchThrowableOfType(
            InferenceException.class,
            () -> device.run(new Sigmoid(), DataType.FP32, List.of(task(10, x))));

    assertThat(failure.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
    assertThat(failure).hasMessage("the GPU failed while it computed model 'sigmoid'; try again");
    assertThat(cpu.launches()).isEmpty();
  }

  @Test
  void aHeadGoesWhereItIsPlacedByItsWeightsAndItsRows() {
    try (Head head = head()) {
      head.run(List.of(headTask(2)));
      assertThat(gpu.launches()).isEmpty();
      assertThat(cpu.launches()).hasSize(1);

      head.run(List.of(headTask(2), headTask(1)));
      assertThat(gpu.launches()).hasSize(1);
      assertThat(cpu.launches()).hasSize(1);
    }
    assertThat(gpu.openHeads()).isZero();
    assertThat(cpu.openHeads()).isZero();
  }

  @Test
  void aHeadThatTheGpuFailsTheCpuComputes() {
    try (Head head = head()) {
      failOnGpu();
      head.run(List.of(headTask(3)));
      assertThat(y.getAtIndex(JAVA_FLOAT, 5)).isEqualTo(-3);
      gpu.lost(true);
      head.run(List.of(headTask(3)));
      head.run(List.of(headTask(3)));
    }
    assertThat(gpu.launches()).as("none while it is lost").hasSize(1);
    assertThat(cpu.launches()).hasSize(3);
    assertThat(device.isUsable()).isFalse();
  }

  @Test
  void whereTheGpuComputesNoHeadsTheCpuDoes() {
    gpu.computesHeads(false);
    try (Head head = head()) {
      head.run(List.of(headTask(4)));
    }
    assertThat(gpu.launches()).isEmpty();
    assertThat(cpu.launches()).hasSize(1);
  }

  @Test
  void aWrongTaskIsNoFailureOfTheGpu() {
    gpu.fault(
        launch -> {
          throw new IllegalArgumentException("x has too few bytes");
        });

    assertThatThrownBy(() -> device.run(new Sigmoid(), DataType.FP32, List.of(task(10, y))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(cpu.launches()).isEmpty();
  }

  @Test
  void memoryIsTheGpusAlsoWhileItIsLost() {
    gpu.lost(true);
    try (HostBuffer buffer = device.allocate(100)) {
      assertThat(buffer.segment().byteSize()).isEqualTo(100);
      assertThat(gpu.memory().made()).isEqualTo(1);
    }
    gpu.memory().exhausted(true);
    assertThatThrownBy(() -> device.allocate(100)).isInstanceOf(DeviceException.class);
  }

  @Test
  void closingClosesBoth() {
    device.close();

    assertThat(gpu.isClosed()).isTrue();
    assertThat(cpu.isClosed()).isTrue();
  }

  private void failOnGpu() {
    gpu.fault(
        launch -> {
          throw new DeviceException("cuLaunchKernel failed");
        });
  }

  private ActivationTask task(long elements, MemorySegment output) {
    return new ActivationTask(elements, elements, x, null, null, output, null, null);
  }

  private Head head() {
    return requireNonNull(device.head(TWO_BY_TWO, DataType.FP32));
  }

  private HeadTask headTask(long rows) {
    return new HeadTask(rows, x, y, null);
  }

  private LossTask lossTask(long elements) {
    return new LossTask(elements, elements, x, x, null, null, y, null);
  }
}
