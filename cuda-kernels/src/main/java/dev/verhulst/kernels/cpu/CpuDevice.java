package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.TaskValidation;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.Lanes;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.util.List;
import java.util.function.Function;
import jdk.incubator.vector.FloatVector;

/** The CPU: all SIMD lanes, and several threads for large tensors. */
public final class CpuDevice implements Device {

  private final int threads;
  private final WorkerPool pool;

  /** A device on all processors that the JVM may use. */
  public CpuDevice() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * A device on some of the processors.
   *
   * @param threads how many threads compute at most, the calling one among them; at least 1
   */
  public CpuDevice(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a CPU device needs at least 1 thread, got " + threads);
    }
    this.threads = threads;
    pool = new WorkerPool(threads);
  }

  @Override
  public DeviceKind kind() {
    return DeviceKind.CPU;
  }

  @Override
  public String description() {
    return "%s, %d %s, %d-bit vectors"
        .formatted(
            ProcessorName.read(),
            threads,
            threads == 1 ? "thread" : "threads",
            FloatVector.SPECIES_PREFERRED.vectorBitSize());
  }

  @Override
  public HostBuffer allocate(long byteSize) {
    return new CpuHostBuffer(byteSize);
  }

  @Override
  public void run(Activation activation, DataType dataType, List<ActivationTask> tasks) {
    TaskValidation.validateActivations(activation, dataType, tasks);
    switch (activation) {
      case ElementwiseActivation elementwise -> {
        Lanes lanes = elementwise.in(dataType).lanes();
        ElementwiseLoop loop = Loops.of(lanes, dataType);
        run(
            output -> new ElementwiseKernel(loop, lanes, output),
            BlockRunner.direct(dataType),
            dataType,
            tasks);
      }
      case PRelu _ ->
          run(
              output -> PReluKernel.of(dataType, output),
              BlockRunner.of(dataType),
              dataType,
              tasks);
      case Softmax _ -> pool.run(new SoftmaxWork(dataType, tasks));
    }
  }

  private void run(
      Function<Output, Kernel> kernels,
      BlockRunner runner,
      DataType dataType,
      List<ActivationTask> tasks) {
    try (ActivationWork work = new ActivationWork(kernels, runner, dataType, tasks)) {
      pool.run(work);
    }
  }

  @Override
  public void run(BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks) {
    TaskValidation.validateLosses(loss, dataType, tasks);
    try (LossWork work = new LossWork(loss.reduction(), dataType, tasks)) {
      pool.run(work);
      work.finish();
    }
  }

  @Override
  public CpuHead head(HeadParameters parameters, DataType dataType) {
    return new CpuHead(parameters, dataType, pool);
  }

  @Override
  public void close() {
    pool.close();
  }
}
