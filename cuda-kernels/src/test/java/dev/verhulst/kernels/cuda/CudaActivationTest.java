package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.activation.Softmax;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every activation in every type, through the device, against the scalar definitions. */
@Tag(FakeDriver.TAG)
final class CudaActivationTest {

  private static final List<Pass> ALL = List.of(Pass.values());

  private FakeDriver driver;
  private final Random random = new Random(20);

  @BeforeEach
  void imitate() {
    driver = FakeDriver.fresh();
  }

  @AfterEach
  void nothingIsLeft() {
    Leaks.assertNone(driver);
  }

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

  static Stream<Arguments> cases() {
    return activations()
        .flatMap(
            activation ->
                Stream.of(DataType.values())
                    .flatMap(
                        dataType ->
                            Stream.of(CudaOptions.DEFAULT, OpenDevice.TINY)
                                .map(options -> Arguments.of(activation, dataType, options))));
  }

  private static Activation create(String name, Map<String, ?> parameters) {
    return Activations.find(name).orElseThrow().create(parameters);
  }

  /** One call with tensors of many sizes, some empty, that ask for different outputs. */
  @ParameterizedTest
  @MethodSource("cases")
  void computesABatch(Activation activation, DataType dataType, CudaOptions options) {
    try (CudaDevice device = OpenDevice.open(options);
        Tensors tensors = new Tensors(dataType, random)) {
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

  private static ActivationTask task(
      Tensors tensors, Activation activation, long rows, long columns, List<Pass> passes) {
    long elements = rows * columns;
    boolean probability = activation.name().equals("logit");
    MemorySegment x = tensors.random(elements, probability ? 0.001 : -6, probability ? 0.999 : 6);
    MemorySegment slope = activation instanceof PRelu ? tensors.random(columns, -1, 1) : null;
    return OpenDevice.task(tensors, elements, columns, x, slope, passes);
  }

  private static void assertResults(
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

  @Test
  void computesInPlace() {
    for (Activation activation : List.of(new Sigmoid(), new Softmax(), new PRelu())) {
      try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
          Tensors tensors = new Tensors(DataType.FP32, random)) {
        MemorySegment slope = activation instanceof PRelu ? tensors.random(7, -1, 1) : null;
        MemorySegment x = tensors.random(7_000, -6, 6);
        MemorySegment inputs = tensors.empty(7_000).copyFrom(x);
        device.run(
            activation,
            DataType.FP32,
            List.of(new ActivationTask(7_000, 7, x, slope, null, x, null, null)));
        assertResults(
            tensors,
            activation,
            DataType.FP32,
            new ActivationTask(7_000, 7, inputs, slope, null, x, null, null));
      }
    }
  }

  /** The declared lengths count, not the memory behind them. */
  @Test
  void writesNothingBehindATensor() {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
        Tensors tensors = new Tensors(DataType.FP32, random)) {
      MemorySegment y = tensors.random(100, 5, 6);
      OpenDevice.run(
          device,
          new Sigmoid(),
          DataType.FP32,
          OpenDevice.forward(33, tensors.random(100, -1, 1), y));
      assertThat(Arrays.stream(tensors.read(y, 0, 33))).allMatch(each -> each < 1);
      assertThat(Arrays.stream(tensors.read(y, 33, 67))).allMatch(each -> each >= 5);
    }
  }

  @Test
  void gathersABatchInOneLaunch() {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
        Tensors tensors = new Tensors(DataType.FP16, random)) {
      for (Activation activation : List.<Activation>of(new Sigmoid(), new Softmax())) {
        List<ActivationTask> tasks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          tasks.add(task(tensors, activation, i % 4 + 1, 13, List.of(Pass.FORWARD)));
        }
        long before = driver.count("cuLaunchKernel");
        device.run(activation, DataType.FP16, tasks);
        assertThat(driver.count("cuLaunchKernel") - before).isEqualTo(1);
        tasks.forEach(task -> assertResults(tensors, activation, DataType.FP16, task));
      }
    }
  }

  @Test
  void cutsALargeTensorForAllStreams() {
    driver.set("operation_microseconds", 200);
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
        Tensors tensors = new Tensors(DataType.FP32, random)) {
      ActivationTask task = task(tensors, new Sigmoid(), 1, 20_011, List.of(Pass.FORWARD));
      OpenDevice.run(device, new Sigmoid(), DataType.FP32, task);
      assertThat(driver.count("cuLaunchKernel")).isEqualTo(40);
      assertThat(driver.count("busiest")).isEqualTo(OpenDevice.TINY.streams());
      assertResults(tensors, new Sigmoid(), DataType.FP32, task);
    }
  }

  @Test
  void compilesAModuleOnceAndOnlyWhenItIsUsed() {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
        Tensors tensors = new Tensors(DataType.FP32, random)) {
      assertThat(driver.count("modules")).isZero();
      for (int i = 0; i < 3; i++) {
        OpenDevice.run(
            device, new Sigmoid(), DataType.FP32, task(tensors, new Sigmoid(), 1, 10, ALL));
      }
      assertThat(driver.count("modules")).isEqualTo(1);
      assertThat(driver.count("cuModuleGetFunction")).isEqualTo(3);
    }
  }

  /** A GPU of compute capability 7.5 refuses the newer text. */
  @Test
  void takesTheTextThatTheGpuUnderstands() {
    driver.set("compute_capability", 75);
    for (ActivationDescriptor descriptor : Activations.all()) {
      Activation activation = descriptor.create(Map.of());
      try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
          Tensors tensors = new Tensors(DataType.BF16, random)) {
        ActivationTask task = task(tensors, activation, 3, 5, ALL);
        device.run(activation, DataType.BF16, List.of(task));
        assertResults(tensors, activation, DataType.BF16, task);
      }
    }
  }

  @Test
  void doesNothingForNothing() {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
        Tensors tensors = new Tensors(DataType.FP32, random)) {
      device.run(new Sigmoid(), DataType.FP32, List.of());
      OpenDevice.run(
          device,
          new Sigmoid(),
          DataType.FP32,
          OpenDevice.forward(0, tensors.empty(0), tensors.empty(0)));
      assertThat(driver.count("cuLaunchKernel")).isZero();
    }
  }
}
