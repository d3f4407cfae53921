package dev.verhulst.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the device says of itself, and what it refuses before it touches any memory. */
final class CpuDeviceTest {

  private final CpuDevice device = new CpuDevice(2);
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment x = arena.allocate(24, 4);
  private final MemorySegment y = arena.allocate(24, 4);

  @AfterEach
  void close() {
    device.close();
    arena.close();
  }

  @Test
  void saysWhatItIs() {
    assertThat(device.kind()).isEqualTo(DeviceKind.CPU);
    assertThat(device.description()).matches("\\S.*, 2 threads, \\d+-bit vectors");
    try (CpuDevice alone = new CpuDevice(1)) {
      assertThat(alone.description()).contains(", 1 thread, ");
    }
  }

  @Test
  void wantsAThread() {
    assertThatThrownBy(() -> new CpuDevice(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a CPU device needs at least 1 thread, got 0");
  }

  @Test
  void allocatesWhatIsAskedFor() {
    try (HostBuffer buffer = device.allocate(1_000_003);
        HostBuffer nothing = device.allocate(0)) {
      assertThat(buffer.segment().byteSize()).isEqualTo(1_000_003);
      assertThat(buffer.segment().isNative()).isTrue();
      assertThat(nothing.segment().byteSize()).isZero();
      buffer.segment().fill((byte) 1);
    }
  }

  @Test
  void refusesHeapSegments() {
    MemorySegment heap = MemorySegment.ofArray(new float[6]);
    refuses(heap, y, "sigmoid, task 1: 'x' is on the heap, expected native memory");
    refuses(x, heap, "sigmoid, task 1: 'y' is on the heap, expected native memory");
    assertThatThrownBy(() -> run(new LossTask(6, 6, x, heap, null, null, y, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bce_with_logits, task 0: 'target' is on the heap, expected native memory");
  }

  @Test
  void refusesWrongSizes() {
    refuses(
        x.asSlice(4),
        y,
        "sigmoid, task 1: 'x' holds 20 bytes, expected 6 elements of FP32 (4 bytes each)");
    refuses(
        x,
        y.asSlice(0, 23),
        "sigmoid, task 1: 'y' holds 23 bytes, expected 6 elements of FP32 (4 bytes each)");
    assertThatThrownBy(() -> run(new LossTask(6, 6, x, x, null, null, null, y.asSlice(4))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("bce_with_logits, task 0: 'grad_logits' holds 20 bytes");
  }

  /** The task before the wrong one has not been computed, either. */
  private void refuses(MemorySegment wrongX, MemorySegment wrongY, String message) {
    MemorySegment untouched = arena.allocate(24, 4);
    ActivationTask right = new ActivationTask(6, 6, x, null, null, untouched, null, null);
    ActivationTask wrong = new ActivationTask(6, 6, wrongX, null, null, wrongY, null, null);
    assertThatThrownBy(() -> device.run(new Sigmoid(), DataType.FP32, List.of(right, wrong)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThat(untouched.toArray(ValueLayout.JAVA_FLOAT)).containsOnly(0);
  }

  private void run(LossTask task) {
    device.run(new BinaryCrossEntropyWithLogits(Reduction.MEAN), DataType.FP32, List.of(task));
  }
}
