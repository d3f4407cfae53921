package dev.verhulst.service.device;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.LeakyRelu;
import dev.verhulst.kernels.activation.LogSigmoid;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A loop that the just-in-time compiler has to meet before it is fast: one function with its
 * default parameters, in one type, writing one output.
 *
 * @param function the function's name
 */
record Kernel(String function, DataType dataType, Output output) {

  /** What a kernel writes. */
  enum Output {
    VALUE,
    DERIVATIVE,
    GRADIENT
  }

  /** How many tensors {@link #run} needs. */
  static final int TENSORS = 4;

  /** The names of all functions. */
  static List<String> functions() {
    return Stream.concat(
            Activations.all().stream().map(ActivationDescriptor::name),
            Stream.of(BinaryCrossEntropyWithLogits.NAME))
        .toList();
  }

  /**
   * The kernels of a function in one type.
   *
   * @throws IllegalArgumentException where there is no such function
   */
  static List<Kernel> of(String function, DataType dataType) {
    String name = canonicalName(function);
    List<Kernel> kernels = new ArrayList<>();
    for (Output output : Output.values()) {
      // The loss has no derivative apart from its gradient.
      if (output != Output.DERIVATIVE || !name.equals(BinaryCrossEntropyWithLogits.NAME)) {
        kernels.add(new Kernel(name, dataType, output));
      }
    }
    return kernels;
  }

  /** Whether that is the name of a function, or an alias of one. */
  static boolean isFunction(String name) {
    return name.equals(BinaryCrossEntropyWithLogits.NAME) || Activations.find(name).isPresent();
  }

  private static String canonicalName(String name) {
    return name.equals(BinaryCrossEntropyWithLogits.NAME)
        ? name
        : Activations.find(name)
            .map(ActivationDescriptor::name)
            .orElseThrow(() -> new IllegalArgumentException("there is no model '" + name + "'"));
  }

  /** An activation of one input that costs about as much: mostly, the kernel's own. */
  Activation likeIt() {
    if (function.equals(BinaryCrossEntropyWithLogits.NAME)) {
      return new LogSigmoid();
    }
    Activation own = Activations.find(function).orElseThrow().create(Map.of());
    return own instanceof PRelu ? new LeakyRelu(0.01) : own;
  }

  /**
   * Runs the kernel once.
   *
   * @param tensors {@link #TENSORS} pieces of memory of at least {@code elements} elements each
   */
  void run(Device device, List<MemorySegment> tensors, long elements) {
    long byteSize = elements * dataType.byteSize();
    MemorySegment input = tensors.get(0).asSlice(0, byteSize);
    MemorySegment second = tensors.get(1).asSlice(0, byteSize);
    MemorySegment result = tensors.get(2).asSlice(0, byteSize);
    if (function.equals(BinaryCrossEntropyWithLogits.NAME)) {
      runLoss(device, input, second, result, tensors.get(3), elements);
    } else {
      runActivation(device, input, second, result, elements);
    }
  }

  private void runActivation(
      Device device, MemorySegment x, MemorySegment second, MemorySegment result, long elements) {
    Activation activation = Activations.find(function).orElseThrow().create(Map.of());
    device.run(
        activation,
        dataType,
        List.of(
            new ActivationTask(
                elements,
                elements,
                x,
                activation instanceof PRelu ? second : null,
                output == Output.GRADIENT ? second : null,
                output == Output.VALUE ? result : null,
                output == Output.DERIVATIVE ? result : null,
                output == Output.GRADIENT ? result : null)));
  }

  private void runLoss(
      Device device,
      MemorySegment logits,
      MemorySegment target,
      MemorySegment gradient,
      MemorySegment loss,
      long elements) {
    device.run(
        new BinaryCrossEntropyWithLogits(Reduction.MEAN),
        dataType,
        List.of(
            new LossTask(
                elements,
                elements,
                logits,
                target,
                null,
                null,
                loss.asSlice(0, dataType.byteSize()),
                output == Output.GRADIENT ? gradient : null)));
  }

  @Override
  public String toString() {
    return function + " in " + dataType + " (" + output.name().toLowerCase(Locale.ROOT) + ")";
  }
}
