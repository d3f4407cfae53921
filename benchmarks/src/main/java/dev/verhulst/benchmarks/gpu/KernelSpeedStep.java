package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.gpu.KernelTimes.Direction;
import dev.verhulst.benchmarks.report.Median;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.cuda.Fp64Instructions;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import dev.verhulst.kernels.cuda.ResidentTensors;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Every kernel over tensors that stay on the device, forward and backward, as a share of the speed
 * at which the device copies a tensor to another, and in FP64 of its arithmetic, too.
 */
final class KernelSpeedStep extends GpuStep {

  /** What a kernel is to reach that is held up by its bytes: FP64 may be by its arithmetic. */
  private static final double GOAL = 0.95;

  private static final List<DataType> TYPES =
      List.of(DataType.FP32, DataType.FP16, DataType.BF16, DataType.FP64);

  private final KernelTimes times;
  private final Fp64Instructions instructions;
  private final Fp64Limit limit;
  private double slowest = Double.POSITIVE_INFINITY;
  private String slowestName = "";
  private int reached;
  private int held;

  KernelSpeedStep(GpuUnderTest gpu, VerifyPlan plan, KernelTimes times) {
    super("kernels", gpu, plan);
    this.times = times;
    instructions = new Fp64Instructions(gpu);
    limit = new Fp64Limit(gpu);
  }

  @Override
  Outcome run(Deadline deadline) {
    boolean complete = true;
    double copied = 0;
    rows.add(limit.row());
    for (DataType dataType : TYPES) {
      if (deadline.isOver()) {
        complete = false;
        break;
      }
      try (ResidentTensors tensors = new ResidentTensors(gpu, dataType, plan.kernelBytes())) {
        double copy = 2 * plan.kernelBytes() / Median.of(tensors.copy(plan.measurements())) / 1e3;
        copied = Math.max(copied, copy);
        rows.add(Rows.of("function", "copy", "type", dataType.name(), "gigabytesPerSecond", copy));
        for (ActivationDescriptor descriptor : Activations.all()) {
          if (deadline.isOver()) {
            complete = false;
            break;
          }
          Activation activation = descriptor.create(Map.of());
          add(
              activation.name(),
              dataType,
              Direction.FORWARD,
              2,
              tensors.forward(activation, plan.measurements()),
              copy,
              () -> instructions.forward(activation));
          add(
              activation.name(),
              dataType,
              Direction.BACKWARD,
              3,
              tensors.backward(activation, plan.measurements()),
              copy,
              () -> instructions.backward(activation));
        }
        add(
            BinaryCrossEntropyWithLogits.NAME,
            dataType,
            Direction.BACKWARD,
            3,
            tensors.lossWithGradient(plan.measurements()),
            copy,
            instructions::lossWithGradient);
      }
    }
    String summary =
        String.format(
            Locale.ROOT,
            "tensors of %s: %d of %d reach %.2f of a copy's %.0f GB/s; the slowest %.2f (%s);"
                + " %s",
            Rows.size(plan.kernelBytes()),
            reached,
            held,
            GOAL,
            copied,
            slowest,
            slowestName,
            limit.summary());
    return new Outcome(Verdict.ofComplete(complete), summary, rows);
  }

  /**
   * @param tensorsMoved how many tensors the kernel reads and writes
   * @param fp64Instructions how many it executes for an element in FP64
   */
  private void add(
      String function,
      DataType dataType,
      Direction direction,
      int tensorsMoved,
      List<Double> microseconds,
      double copy,
      DoubleSupplier fp64Instructions) {
    double median = Median.of(microseconds);
    double rate = tensorsMoved * plan.kernelBytes() / median / 1e3;
    double share = rate / copy;
    times.add(function, dataType, direction, median);
    Map<String, Object> row =
        Rows.of(
            "function", function,
            "type", dataType.name(),
            "direction", direction.text(),
            "microseconds", median,
            "gigabytesPerSecond", rate,
            "ofCopy", share);
    rows.add(row);
    String name = function + " " + direction.text();
    if (dataType == DataType.FP64) {
      double elements = plan.kernelBytes() / (double) dataType.byteSize();
      row.putAll(limit.add(name, fp64Instructions.getAsDouble(), elements / median * 1e6, share));
    } else {
      held++;
      reached += share >= GOAL ? 1 : 0;
      if (share < slowest) {
        slowest = share;
        slowestName = name + " " + dataType;
      }
    }
  }
}
