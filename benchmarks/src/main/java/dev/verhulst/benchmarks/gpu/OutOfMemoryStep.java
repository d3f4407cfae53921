package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.ActivationChecks;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.Tensors;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.cuda.CudaException;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import dev.verhulst.kernels.cuda.TakenMemory;
import java.util.List;
import java.util.Random;

/**
 * A call that needs memory of its own while all of the GPU's is taken: it fails with that very
 * error, and once the memory is back the same call on the same device succeeds.
 */
final class OutOfMemoryStep extends GpuStep {

  /** A row that no stream's staging memory holds. */
  private static final long ROW = 3 << 20;

  OutOfMemoryStep(GpuUnderTest gpu, VerifyPlan plan) {
    super("out of memory", gpu, plan);
  }

  @Override
  Outcome run(Deadline deadline) {
    try (Device device = gpu.open();
        Tensors tensors = new Tensors(DataType.FP16, new Random(9))) {
      ActivationTask wide =
          ActivationChecks.task(tensors, new Softmax(), 1, ROW, ActivationChecks.VALUE);
      ActivationChecks.checkBatch(device, new Softmax(), DataType.FP32, new Random(1));
      long taken;
      String reported = "no error";
      try (TakenMemory memory = new TakenMemory(gpu)) {
        taken = memory.byteSize();
        try {
          device.run(new Softmax(), DataType.FP16, List.of(wide));
        } catch (CudaException e) {
          reported = e.resultName();
          if (!e.isOutOfMemory() || !device.isUsable()) {
            return Outcome.of(Verdict.FAILED, "expected an error that passes, got " + e);
          }
        }
        // What needs no more memory goes on meanwhile.
        ActivationChecks.checkBatch(device, new Softmax(), DataType.FP32, new Random(2));
      }
      if (reported.equals("no error")) {
        return Outcome.of(
            Verdict.FAILED, "no error with %d bytes of memory taken".formatted(taken));
      }
      device.run(new Softmax(), DataType.FP16, List.of(wide));
      ActivationChecks.checkBatch(device, new Softmax(), DataType.FP32, new Random(3));
      return Outcome.of(
          Verdict.PASSED,
          "%s with %,d MiB taken; small calls went on; the same call succeeded afterwards"
              .formatted(reported, taken >> 20));
    }
  }
}
