package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.Elements;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the loss on a device over whole arrays. */
final class LossRunner {

  /**
   * What came out, as doubles; empty where it was not asked for.
   *
   * @param loss one loss for each element, or one for all
   * @param gradient the gradient of each
   */
  record Result(double[] loss, double[] gradient) {}

  private final Device device;

  LossRunner(Device device) {
    this.device = device;
  }

  /** The loss and its gradient. */
  Result run(DataType dataType, Reduction reduction, LossInputs inputs) {
    return run(dataType, reduction, inputs, true, true);
  }

  /** The loss alone. */
  double[] loss(DataType dataType, Reduction reduction, LossInputs inputs) {
    return run(dataType, reduction, inputs, true, false).loss();
  }

  /** The gradient alone. */
  double[] gradient(DataType dataType, Reduction reduction, LossInputs inputs) {
    return run(dataType, reduction, inputs, false, true).gradient();
  }

  private Result run(
      DataType dataType, Reduction reduction, LossInputs inputs, boolean loss, boolean gradient) {
    int count = inputs.count();
    int losses = !loss ? 0 : reduction == Reduction.NONE ? count : 1;
    int gradients = gradient ? count : 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment lossTo = arena.allocate((long) losses * dataType.byteSize());
      MemorySegment gradientTo = arena.allocate((long) gradients * dataType.byteSize());
      device.run(
          new BinaryCrossEntropyWithLogits(reduction),
          dataType,
          List.of(
              new LossTask(
                  count,
                  count,
                  tensor(arena, dataType, inputs.logits()),
                  tensor(arena, dataType, inputs.target()),
                  optionalTensor(arena, dataType, inputs.weight()),
                  optionalTensor(arena, dataType, inputs.posWeight()),
                  loss ? lossTo : null,
                  gradient ? gradientTo : null)));
      return new Result(
          Elements.getAll(lossTo, dataType, losses),
          Elements.getAll(gradientTo, dataType, gradients));
    }
  }

  private static MemorySegment tensor(Arena arena, DataType dataType, double[] numbers) {
    MemorySegment tensor = arena.allocate((long) numbers.length * dataType.byteSize());
    Elements.setAll(tensor, dataType, numbers);
    return tensor;
  }

  private static @Nullable MemorySegment optionalTensor(
      Arena arena, DataType dataType, double @Nullable [] numbers) {
    return numbers == null ? null : tensor(arena, dataType, numbers);
  }
}
