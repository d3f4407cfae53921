package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.LogSigmoid;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.cuda.kernel.Bound;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A function that is compared over every FP32 input: a value and a derivative of one number.
 *
 * @param name its name in the record
 * @param ofValue how far its value may be off
 */
record ExhaustiveFunction(String name, Bound ofValue, Runner runner, Definition definition) {

  /** How a device computes it: the tensors of values and of derivatives from that of inputs. */
  interface Runner {
    void run(
        Device device, DataType dataType, MemorySegment x, MemorySegment y, MemorySegment dyDx);
  }

  /** The definition in double. */
  interface Definition {
    double value(double x);

    double derivative(double x);
  }

  static final Bound OF_DERIVATIVE = Bound.ofDerivative(DataType.FP32);

  /** Those of the issue: sigmoid, log_sigmoid, and the loss at both targets. */
  static List<ExhaustiveFunction> all() {
    return List.of(of(new Sigmoid()), of(new LogSigmoid()), ofLoss(0), ofLoss(1));
  }

  private static ExhaustiveFunction of(ElementwiseActivation activation) {
    return new ExhaustiveFunction(
        activation.name(),
        Bound.ofValue(activation.name(), DataType.FP32),
        (device, dataType, x, y, dyDx) -> {
          long elements = x.byteSize() / dataType.byteSize();
          device.run(
              activation,
              dataType,
              List.of(new ActivationTask(elements, elements, x, null, null, y, dyDx, null)));
        },
        new Definition() {
          @Override
          public double value(double x) {
            return activation.value(x);
          }

          @Override
          public double derivative(double x) {
            return activation.derivative(x);
          }
        });
  }

  private static ExhaustiveFunction ofLoss(int target) {
    return new ExhaustiveFunction(
        BinaryCrossEntropyWithLogits.NAME + " at target " + target,
        Bound.ofValue("softplus", DataType.FP32),
        (device, dataType, x, y, dyDx) -> {
          long elements = x.byteSize() / dataType.byteSize();
          device.run(
              new BinaryCrossEntropyWithLogits(Reduction.NONE),
              dataType,
              List.of(
                  new LossTask(
                      elements,
                      elements,
                      x,
                      ExhaustiveMemory.constant(elements, dataType, target),
                      null,
                      null,
                      y,
                      dyDx)));
        },
        new Definition() {
          @Override
          public double value(double x) {
            return BinaryCrossEntropyWithLogits.loss(x, target, 1, 1);
          }

          @Override
          public double derivative(double x) {
            return BinaryCrossEntropyWithLogits.gradient(x, target, 1, 1);
          }
        });
  }
}
