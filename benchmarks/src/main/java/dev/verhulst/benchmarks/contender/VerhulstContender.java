package dev.verhulst.benchmarks.contender;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.LogSigmoid;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** This project's CPU device, called as the service calls it. */
public final class VerhulstContender implements Contender {

  private static final BinaryCrossEntropyWithLogits LOSS =
      new BinaryCrossEntropyWithLogits(Reduction.MEAN);

  private final Device device;

  /**
   * @param threads how many threads share a large tensor
   */
  public VerhulstContender(int threads) {
    device = new CpuDevice(threads);
  }

  @Override
  public PreparedOperation prepare(Operation operation, Operands operands) {
    return switch (operation) {
      case SIGMOID, SIGMOID_IN_PLACE -> activation(new Sigmoid(), operands);
      case LOG_SIGMOID -> activation(new LogSigmoid(), operands);
      case CROSS_ENTROPY -> loss(operands, null);
      case CROSS_ENTROPY_AND_GRADIENT -> loss(operands, operands.y());
      case COPY, NEGATION_IN_PLACE ->
          throw new UnsupportedOperationException(operation + " is for plain memory");
    };
  }

  @Override
  public void close() {
    device.close();
  }

  private PreparedOperation activation(Activation activation, Operands operands) {
    List<ActivationTask> tasks =
        List.of(
            new ActivationTask(
                operands.elements(),
                operands.elements(),
                operands.x(),
                null,
                null,
                operands.y(),
                null,
                null));
    return () -> device.run(activation, operands.dataType(), tasks);
  }

  private PreparedOperation loss(Operands operands, @Nullable MemorySegment gradient) {
    List<LossTask> tasks =
        List.of(
            new LossTask(
                operands.elements(),
                operands.elements(),
                operands.x(),
                operands.target(),
                null,
                null,
                operands.loss(),
                gradient));
    return () -> device.run(LOSS, operands.dataType(), tasks);
  }
}
