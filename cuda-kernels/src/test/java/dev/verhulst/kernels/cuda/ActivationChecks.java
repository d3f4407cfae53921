package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.PRelu;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/** Checks activations that a device computed against the scalar definitions. */
final class ActivationChecks {

  private static final List<Pass> ALL = List.of(Pass.values());

  private ActivationChecks() {}

  /** Every activation with its defaults, and with other parameters where it has some. */
  static Stream<Activation> activations() {
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
  static void checkBatch(Device device, Activation activation, DataType dataType, Random random) {
    try (Tensors tensors = new Tensors(dataType, random)) {
      List<ActivationTask> tasks = new ArrayList<>();
      for (long columns : new long[] {1, 5, 64, 600}) {
        for (long rows : new long[] {0, 1, 3}) {
          tasks.add(task(tensors, activation, rows, columns, ALL));
        }
        tasks.add(task(tensors, activation, 2, columns, List.of(Pass.FORWARD)));
        tasks.add(task(tensors, activation, 2, columns, List.of(Pass.BACKWARD)));
        tasks.add(task(tensors, activation, 2, columns, List.of()));
      }
      device.run(activation, dataType, tasks);
      tasks.forEach(task -> assertResults(tensors, activation, dataType, task));
    }
  }

  /** A task with random inputs, and room for the outputs that it asks for. */
  static ActivationTask task(
      Tensors tensors, Activation activation, long rows, long columns, List<Pass> passes) {
    long elements = rows * columns;
    boolean probability = activation.name().equals("logit");
    MemorySegment x = tensors.random(elements, probability ? 0.001 : -6, probability ? 0.999 : 6);
    MemorySegment slope = activation instanceof PRelu ? tensors.random(columns, -1, 1) : null;
    return OpenDevice.task(tensors, elements, columns, x, slope, passes);
  }

  /** Checks every element of every output. */
  static void assertResults(
      Tensors tensors, Activation activation, DataType dataType, ActivationTask task) {
    long columns = task.lastDimension();
    for (Pass pass : Pass.of(task)) {
      for (long start = 0; start < task.elements(); start += columns) {
        double[] expected =
            Definitions.row(
                activation,
                pass,
                tensors.read(task.x(), start, columns),
                tensors.read(task.slope(), 0, columns),
                tensors.read(task.gradY(), start, columns));
        double[] actual = tensors.read(Objects.requireNonNull(pass.output(task)), start, columns);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        double tolerance = Elements.tolerance(dataType) * Math.max(largest, 1);
        for (int i = 0; i < columns; i++) {
          long element = start + i;
          Elements.assertClose(
              actual[i],
              expected[i],
              tolerance,
              () ->
                  "%s %s %s: element %d of %s"
                      .formatted(activation, dataType, pass, element, task));
        }
      }
    }
  }
}
