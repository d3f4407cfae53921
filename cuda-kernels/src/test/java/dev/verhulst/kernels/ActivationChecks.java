package dev.verhulst.kernels;

import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.PRelu;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks activations that a device computed against the scalar definitions. */
public final class ActivationChecks {

  /** What a task asks for, as bits. */
  public static final int VALUE = 1;

  public static final int DERIVATIVE = 2;
  public static final int GRADIENT = 4;
  public static final int ALL = VALUE | DERIVATIVE | GRADIENT;

  private ActivationChecks() {}

  /** Every activation with its defaults, and with other parameters where it has some. */
  public static Stream<Activation> activations() {
    return Stream.concat(
        Activations.all().stream()
            .map((ActivationDescriptor descriptor) -> descriptor.create(Map.of())),
        Stream.of(
            create("logit", Map.of("eps", 0.25)),
            create("hard_sigmoid", Map.of("alpha", 0.125, "beta", 0.25)),
            create("leaky_relu", Map.of("alpha", -0.5)),
            create("elu", Map.of("alpha", 0.5)),
            create("silu", Map.of("beta", 2.0)),
            create("gelu", Map.of("approximate", "tanh"))));
  }

  private static Activation create(String name, Map<String, ?> parameters) {
    return Activations.find(name).orElseThrow().create(parameters);
  }

  /** One call with tensors of many sizes, some empty, that ask for different outputs. */
  public static void checkBatch(
      Device device, Activation activation, DataType dataType, Random random) {
    try (Tensors tensors = new Tensors(dataType, random)) {
      checkBatch(device, activation, dataType, tensors);
    }
  }

  /** The same with tensors in memory of the caller's choice. */
  public static List<ActivationTask> checkBatch(
      Device device, Activation activation, DataType dataType, Tensors tensors) {
    List<ActivationTask> tasks = new ArrayList<>();
    for (long columns : new long[] {1, 5, 64, 600}) {
      for (long rows : new long[] {0, 1, 3}) {
        tasks.add(task(tensors, activation, rows, columns, ALL));
      }
      tasks.add(task(tensors, activation, 2, columns, VALUE));
      tasks.add(task(tensors, activation, 2, columns, GRADIENT));
      tasks.add(task(tensors, activation, 2, columns, 0));
    }
    device.run(activation, dataType, tasks);
    tasks.forEach(task -> assertResults(tensors, activation, dataType, task));
    tensors.assertGuardsUntouched(activation + " in " + dataType);
    return tasks;
  }

  /**
   * A task with random inputs, and room for the outputs that it asks for.
   *
   * @param outputs which of value, derivative and gradient there are, as bits
   */
  public static ActivationTask task(
      Tensors tensors, Activation activation, long rows, long columns, int outputs) {
    long elements = rows * columns;
    boolean probability = activation.name().equals("logit");
    return new ActivationTask(
        elements,
        columns,
        tensors.random(elements, probability ? 0.001 : -6, probability ? 0.999 : 6),
        activation instanceof PRelu ? tensors.random(columns, -1, 1) : null,
        (outputs & GRADIENT) == 0 ? null : tensors.random(elements, -2, 2),
        (outputs & VALUE) == 0 ? null : tensors.empty(elements),
        (outputs & DERIVATIVE) == 0 ? null : tensors.empty(elements),
        (outputs & GRADIENT) == 0 ? null : tensors.empty(elements));
  }

  /** Checks every element of every output. */
  public static void assertResults(
      Tensors tensors, Activation activation, DataType dataType, ActivationTask task) {
    long columns = task.lastDimension();
    double[] slope = tensors.read(task.slope(), 0, columns);
    for (long start = 0; start < task.elements(); start += columns) {
      double[] x = tensors.read(task.x(), start, columns);
      double[] gradY = tensors.read(task.gradY(), start, columns);
      String what = activation + " " + dataType + " %s of " + task;
      assertRow(dataType, task.y(), start, Definitions.value(activation, x, slope), what);
      assertRow(dataType, task.dyDx(), start, Definitions.derivative(activation, x, slope), what);
      assertRow(
          dataType, task.gradX(), start, Definitions.gradient(activation, x, slope, gradY), what);
    }
  }

  private static void assertRow(
      DataType dataType,
      @Nullable MemorySegment actual,
      long start,
      double[] expected,
      String what) {
    if (actual == null) {
      return;
    }
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    double tolerance = Elements.tolerance(dataType) * Math.max(largest, 1);
    for (int i = 0; i < expected.length; i++) {
      long element = start + i;
      Elements.assertClose(
          Elements.get(actual, dataType, element),
          expected[i],
          tolerance,
          () -> what.formatted("element " + element));
    }
  }
}
