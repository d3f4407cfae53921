package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.ActivationChecks;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Tensors;
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

  static Stream<Arguments> cases() {
    return ActivationChecks.activations()
        .flatMap(
            activation ->
                Stream.of(DataType.values())
                    .flatMap(
                        dataType ->
                            Stream.of(CudaOptions.DEFAULT, OpenDevice.TINY)
                                .map(options -> Arguments.of(activation, dataType, options))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesABatch(Activation activation, DataType dataType, CudaOptions options) {
    try (CudaDevice device = OpenDevice.open(options)) {
      ActivationChecks.checkBatch(device, activation, dataType, random);
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
        ActivationChecks.assertResults(
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
          tasks.add(
              ActivationChecks.task(tensors, activation, i % 4 + 1, 13, ActivationChecks.VALUE));
        }
        long before = driver.count("cuLaunchKernel");
        device.run(activation, DataType.FP16, tasks);
        assertThat(driver.count("cuLaunchKernel") - before).isEqualTo(1);
        tasks.forEach(
            task -> ActivationChecks.assertResults(tensors, activation, DataType.FP16, task));
      }
    }
  }

  @Test
  void cutsALargeTensorForAllStreams() {
    driver.set("operation_microseconds", 200);
    try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
        Tensors tensors = new Tensors(DataType.FP32, random)) {
      ActivationTask task =
          ActivationChecks.task(tensors, new Sigmoid(), 1, 20_011, ActivationChecks.VALUE);
      OpenDevice.run(device, new Sigmoid(), DataType.FP32, task);
      assertThat(driver.count("cuLaunchKernel")).isEqualTo(40);
      assertThat(driver.count("busiest")).isEqualTo(OpenDevice.TINY.streams());
      ActivationChecks.assertResults(tensors, new Sigmoid(), DataType.FP32, task);
    }
  }

  @Test
  void compilesAModuleOnceAndOnlyWhenItIsUsed() {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
        Tensors tensors = new Tensors(DataType.FP32, random)) {
      assertThat(driver.count("modules")).isZero();
      for (int i = 0; i < 3; i++) {
        OpenDevice.run(
            device,
            new Sigmoid(),
            DataType.FP32,
            ActivationChecks.task(tensors, new Sigmoid(), 1, 10, ActivationChecks.ALL));
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
        ActivationTask task =
            ActivationChecks.task(tensors, activation, 3, 5, ActivationChecks.ALL);
        device.run(activation, DataType.BF16, List.of(task));
        ActivationChecks.assertResults(tensors, activation, DataType.BF16, task);
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
