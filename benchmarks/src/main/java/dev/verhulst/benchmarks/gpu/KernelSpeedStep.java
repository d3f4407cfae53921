package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.gpu.KernelTimes.Direction;
import dev.verhulst.benchmarks.report.Median;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import dev.verhulst.kernels.cuda.ResidentTensors;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every kernel over tensors that stay on the device, forward and backward, as a share of the speed
 * at which the device copies a tensor to another.
 */
final class KernelSpeedStep implements Step {

  /** What a kernel that does nothing but move its bytes is to reach; FP64 computes for longer. */
  private static final double GOAL = 0.95;

  private static final List<DataType> TYPES =
      List.of(DataType.FP32, DataType.FP16, DataType.BF16, DataType.FP64);

  private final GpuUnderTest gpu;
  private final VerifyPlan plan;
  private final KernelTimes times;
  private final List<Map<String, Object>> rows = new ArrayList<>();
  private double slowest = Double.POSITIVE_INFINITY;
  private String slowestName = "";
  private int reached;
  private int held;

  KernelSpeedStep(GpuUnderTest gpu, VerifyPlan plan, KernelTimes times) {
    this.gpu = gpu;
    this.plan = plan;
    this.times = times;
  }

  @Override
  public String name() {
    return "kernels";
  }

  @Override
  public Outcome run(Deadline deadline) {
    boolean complete = true;
    double copied = 0;
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
              copy);
          add(
              activation.name(),
              dataType,
              Direction.BACKWARD,
              3,
              tensors.backward(activation, plan.measurements()),
              copy);
        }
        add(
            BinaryCrossEntropyWithLogits.NAME,
            dataType,
            Direction.BACKWARD,
            3,
            tensors.lossWithGradient(plan.measurements()),
            copy);
      }
    }
    String summary =
        String.format(
            Locale.ROOT,
            "tensors of %s: %d of %d reach %.2f of a copy's %.0f GB/s; the slowest %.2f (%s)",
            Rows.size(plan.kernelBytes()),
            reached,
            held,
            GOAL,
            copied,
            slowest,
            slowestName);
    return new Outcome(Verdict.ofComplete(complete), summary, rows);
  }

  /**
   * @param tensorsMoved how many tensors the kernel reads and writes
   */
  private void add(
      String function,
      DataType dataType,
      Direction direction,
      int tensorsMoved,
      List<Double> microseconds,
      double copy) {
    double median = Median.of(microseconds);
    double rate = tensorsMoved * plan.kernelBytes() / median / 1e3;
    double share = rate / copy;
    times.add(function, dataType, direction, median);
    rows.add(
        Rows.of(
            "function", function,
            "type", dataType.name(),
            "direction", direction.text(),
            "microseconds", median,
            "gigabytesPerSecond", rate,
            "ofCopy", share));
    if (dataType != DataType.FP64) {
      held++;
      reached += share >= GOAL ? 1 : 0;
      if (share < slowest) {
        slowest = share;
        slowestName = function + " " + direction.text() + " " + dataType;
      }
    }
  }
}
