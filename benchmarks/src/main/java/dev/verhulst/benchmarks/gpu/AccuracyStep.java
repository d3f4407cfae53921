package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.accuracy.Variants;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import dev.verhulst.kernels.cuda.Transfer;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every kernel of both sets of PTX, in every type and with several values of its parameters,
 * against the definitions in double; of element-wise activations those over the device's memory,
 * and those over page-locked host memory where the GPU reads it in its place. The set that this
 * GPU's users get comes first.
 */
final class AccuracyStep extends GpuStep {

  private final KernelRuns runs;

  AccuracyStep(GpuUnderTest gpu, VerifyPlan plan, KernelRuns runs) {
    super("accuracy", gpu, plan);
    this.runs = runs;
  }

  @Override
  Outcome run(Deadline deadline) {
    boolean complete = true;
    List<Integer> targets = gpu.computeCapability() >= 80 ? List.of(80, 75) : List.of(75);
    for (int target : targets) {
      try (Device staged = gpu.openWithKernelsFor(target, Transfer.STAGED);
          Device mapped = gpu.openWithKernelsFor(target, Transfer.MAPPED)) {
        complete &= check(staged, mapped, "compute_" + target, deadline);
      }
    }
    List<String> wrong =
        rows.stream()
            .filter(row -> !KernelRow.isRight(row))
            .map(row -> row.get("kernel") + " of " + row.get("target"))
            .distinct()
            .toList();
    String compared =
        "%d kernels compared over up to %d inputs, PTX for %s"
            .formatted(
                rows.stream()
                    .map(row -> "" + row.get("target") + row.get("kernel"))
                    .distinct()
                    .count(),
                plan.samples(),
                targets);
    if (!wrong.isEmpty()) {
      return new Outcome(
          Verdict.FAILED, "%d wrong: %s; %s".formatted(wrong.size(), wrong, compared), rows);
    }
    return new Outcome(Verdict.ofComplete(complete), "all within their bounds; " + compared, rows);
  }

  private boolean check(Device device, Device mapped, String target, Deadline deadline) {
    for (DataType dataType : DataType.values()) {
      for (Activation activation : activations(dataType).toList()) {
        if (deadline.isOver()) {
          return false;
        }
        ActivationAccuracy accuracy = new ActivationAccuracy(activation, dataType, plan.samples());
        rows.addAll(accuracy.check(device, target, runs));
        if (activation instanceof ElementwiseActivation && gpu.mapsHostMemory()) {
          rows.add(accuracy.checkMapped(mapped, target, runs));
        }
      }
      if (deadline.isOver()) {
        return false;
      }
      rows.addAll(new LossAccuracy(dataType, plan.samples()).check(device, target, runs));
      if (dataType == DataType.FP32 || dataType == DataType.FP64) {
        rows.addAll(new HeadAccuracy(dataType, plan.samples()).check(device, target, runs));
      }
    }
    return true;
  }

  private static Stream<Activation> activations(DataType dataType) {
    Stream<ElementwiseActivation> elementwise =
        Variants.elementwise().map(activation -> activation.in(dataType)).distinct();
    return Stream.concat(elementwise, Stream.of(new PRelu(), new Softmax()));
  }
}
