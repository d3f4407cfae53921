package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.accuracy.Patterns;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.cuda.KernelEntries;
import dev.verhulst.kernels.cuda.kernel.Bound;
import dev.verhulst.kernels.cuda.kernel.NumberFormat;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One activation in one type against its definition in double: value, derivative and gradient of
 * tensors of several sizes, which share a call.
 */
final class ActivationAccuracy {

  /** In FP64 the definitions' own error counts, which {@code ScalarDefinitionTest} bounds. */
  private static final double DEFINITION_ULPS = 6;

  private static final int[] SMALL_SIZES = {1, 255, 4099};
  private static final int FEWEST = 16;

  /** Of a task. */
  private static final int TENSORS = 6;

  private static final int[][] ROWS = {{1, 1}, {3, 5}, {64, 600}, {2, 4099}};

  /** A tensor of the call: a part of all elements, in rows. */
  private record Part(int start, int rows, int columns) {
    int elements() {
      return rows * columns;
    }
  }

  private final Activation activation;
  private final DataType dataType;
  private final NumberFormat format;
  private final List<Part> parts = new ArrayList<>();
  private final double[] x;
  private final double[] gradY;
  private final double[] slope;
  private final double[] exactY;
  private final double[] exactDyDx;
  private final double[] exactGradX;

  /**
   * Computes what is exact.
   *
   * @param samples how many inputs a tensor has, at most
   */
  ActivationAccuracy(Activation activation, DataType dataType, int samples) {
    this.activation = activation;
    this.dataType = dataType;
    format = NumberFormat.of(dataType);
    SplittableRandom random = new SplittableRandom(1838);
    if (activation instanceof ElementwiseActivation) {
      x = samples(dataType, samples, random);
      parts.add(new Part(0, 1, x.length));
      for (int size : SMALL_SIZES) {
        if (size < x.length) {
          parts.add(new Part(random.nextInt(x.length - size), 1, size));
        }
      }
    } else {
      int start = 0;
      for (int[] shape : ROWS) {
        int elements = shape[0] * shape[1];
        if (elements <= Math.max(samples, FEWEST)) {
          parts.add(new Part(start, shape[0], shape[1]));
          start += elements;
        }
      }
      double scale = dataType == DataType.FP16 ? 4 : 12;
      x = random.doubles(start, -1, 1).map(number -> format.nearest(scale * number)).toArray();
    }
    gradY = random.doubles(x.length, -2, 2).map(format::nearest).toArray();
    slope = random.doubles(x.length, -1, 1).map(format::nearest).toArray();
    exactY = new double[x.length];
    exactDyDx = new double[x.length];
    exactGradX = new double[x.length];
    switch (activation) {
      case ElementwiseActivation elementwise ->
          IntStream.range(0, x.length)
              .parallel()
              .forEach(
                  i -> {
                    exactY[i] = elementwise.value(x[i]);
                    exactDyDx[i] = elementwise.derivative(x[i]);
                    exactGradX[i] = gradY[i] * exactDyDx[i];
                  });
      case PRelu prelu -> parts.forEach(part -> defineRows(prelu, part));
      case Softmax softmax -> parts.forEach(part -> defineRows(softmax, part));
    }
  }

  private void defineRows(PRelu prelu, Part part) {
    for (int i = 0; i < part.elements(); i++) {
      double channel = slope[part.start() + i % part.columns()];
      int at = part.start() + i;
      exactY[at] = prelu.value(x[at], channel);
      exactDyDx[at] = prelu.derivative(x[at], channel);
      exactGradX[at] = gradY[at] * exactDyDx[at];
    }
  }

  private void defineRows(Softmax softmax, Part part) {
    for (int row = 0; row < part.rows(); row++) {
      int start = part.start() + row * part.columns();
      double[] rowOfX = Arrays.copyOfRange(x, start, start + part.columns());
      double[] rowOfGradY = Arrays.copyOfRange(gradY, start, start + part.columns());
      System.arraycopy(softmax.value(rowOfX), 0, exactY, start, part.columns());
      System.arraycopy(softmax.derivative(rowOfX), 0, exactDyDx, start, part.columns());
      System.arraycopy(softmax.gradient(rowOfX, rowOfGradY), 0, exactGradX, start, part.columns());
    }
  }

  private static double[] samples(DataType dataType, int count, SplittableRandom random) {
    return switch (dataType) {
      case FP64 -> Arrays.copyOf(Patterns.fp64(), Math.min(count, Patterns.fp64().length));
      case FP32 -> {
        float[] patterns = Patterns.fp32();
        double[] samples = new double[Math.min(count, patterns.length)];
        // A few of them are drawn, so that those near a threshold are among them.
        Arrays.setAll(
            samples,
            i ->
                samples.length == patterns.length
                    ? patterns[i]
                    : patterns[random.nextInt(patterns.length)]);
        yield samples;
      }
      case FP16, BF16 -> {
        int step = Math.max(1, (1 << 16) / count);
        double[] samples = new double[(1 << 16) / step];
        Arrays.setAll(
            samples,
            i ->
                dataType == DataType.FP16
                    ? Float.float16ToFloat((short) (i * step))
                    : Float.intBitsToFloat((i * step) << 16));
        yield samples;
      }
    };
  }

  /**
   * Runs the kernels of each output and compares.
   *
   * @param device one that does not map host memory
   * @param target which GPUs' PTX the device has
   * @return a row for each kernel
   */
  List<Map<String, Object>> check(Device device, String target, KernelRuns runs) {
    return compute(
        device,
        tasks -> {
          KernelRow rows = new KernelRow(activation.toString(), target, dataType, runs);
          return List.of(
              rows.of(KernelEntries.forward(activation, dataType), sizes(), values(tasks)),
              rows.of(KernelEntries.derivative(activation, dataType), sizes(), derivatives(tasks)),
              rows.of(KernelEntries.backward(activation, dataType), sizes(), gradients(tasks)));
        });
  }

  /**
   * Runs the kernel of all outputs at once, and compares.
   *
   * @param device one that maps host memory wherever it can
   * @param target which GPUs' PTX the device has
   */
  Map<String, Object> checkMapped(Device device, String target, KernelRuns runs) {
    return compute(
        device,
        tasks -> {
          List<Comparison> all = new ArrayList<>();
          List<Comparison> values = values(tasks);
          List<Comparison> derivatives = derivatives(tasks);
          List<Comparison> gradients = gradients(tasks);
          for (int i = 0; i < parts.size(); i++) {
            all.add(values.get(i).and(derivatives.get(i)).and(gradients.get(i)));
          }
          return new KernelRow(activation.toString(), target, dataType, runs)
              .of(KernelEntries.mapped(activation, dataType), sizes(), all);
        });
  }

  private <T> T compute(Device device, Function<List<ActivationTask>, T> compare) {
    try (DeviceTensors tensors =
        new DeviceTensors(device, dataType, TENSORS * parts.size(), TENSORS * elements())) {
      List<ActivationTask> tasks = parts.stream().map(part -> task(tensors, part)).toList();
      device.run(activation, dataType, tasks);
      return compare.apply(tasks);
    }
  }

  private List<Comparison> values(List<ActivationTask> tasks) {
    Bound bound = Bound.ofValue(activation.name(), dataType).plusUlps(definitionUlps());
    return compare(tasks, ActivationTask::y, exactY, i -> bound);
  }

  private List<Comparison> derivatives(List<ActivationTask> tasks) {
    Bound bound = ofDerivative();
    return compare(tasks, ActivationTask::dyDx, exactDyDx, i -> bound);
  }

  private List<Comparison> gradients(List<ActivationTask> tasks) {
    Bound bound = ofDerivative();
    return compare(tasks, ActivationTask::gradX, exactGradX, i -> bound.times(gradY[i]));
  }

  private Bound ofDerivative() {
    Bound plain = Bound.ofDerivative(dataType).plusUlps(definitionUlps());
    // A gradient of a softmax is a difference of products.
    return activation instanceof Softmax ? plain.times(2) : plain;
  }

  private double definitionUlps() {
    return dataType == DataType.FP64 ? DEFINITION_ULPS : 0;
  }

  private List<Comparison> compare(
      List<ActivationTask> tasks,
      Function<ActivationTask, @Nullable MemorySegment> output,
      double[] exact,
      IntFunction<Bound> bound) {
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      comparisons.add(
          Comparison.of(
              Objects.requireNonNull(output.apply(tasks.get(i))),
              dataType,
              part.elements(),
              j -> exact[part.start() + j],
              j -> bound.apply(part.start() + j),
              j -> "x " + x[part.start() + j]));
    }
    return comparisons;
  }

  private List<Integer> sizes() {
    return parts.stream().map(Part::elements).toList();
  }

  private long elements() {
    return parts.stream().mapToLong(Part::elements).sum();
  }

  private ActivationTask task(DeviceTensors tensors, Part part) {
    int start = part.start();
    int end = start + part.elements();
    return new ActivationTask(
        part.elements(),
        part.columns(),
        tensors.of(x, start, end),
        activation instanceof PRelu ? tensors.of(slope, start, start + part.columns()) : null,
        tensors.of(gradY, start, end),
        tensors.empty(part.elements()),
        tensors.empty(part.elements()),
        tensors.empty(part.elements()));
  }
}
