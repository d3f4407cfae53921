package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.verhulst.kernels.ActivationChecks;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceDetection;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadChecks;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossChecks;
import dev.verhulst.kernels.Tensors;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.Relu;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the other tests check on a fake driver, on the GPU of this machine, where there is one. */
final class CudaGpuTest {

  private static @Nullable Device device;

  @BeforeAll
  static void open() {
    switch (CudaDetection.detect(List.of(0))) {
      case DeviceDetection.Available(Device found) -> device = found;
      case DeviceDetection.Unavailable(String reason) -> abort("no GPU to test: " + reason);
    }
  }

  @AfterAll
  static void close() {
    if (device != null) {
      device.close();
    }
  }

  private static Device device() {
    assumeTrue(device != null);
    return device;
  }

  static Stream<Arguments> activations() {
    return ActivationChecks.activations()
        .flatMap(
            activation ->
                Stream.of(DataType.values()).map(dataType -> Arguments.of(activation, dataType)));
  }

  @ParameterizedTest
  @MethodSource("activations")
  void computesActivations(Activation activation, DataType dataType) {
    ActivationChecks.checkBatch(device(), activation, dataType, new Random(1));
  }

  /** The kernels read and write page-locked memory themselves. */
  @ParameterizedTest
  @MethodSource("activations")
  void computesActivationsOfMappedTensors(Activation activation, DataType dataType) {
    for (long offset : new long[] {0, dataType.byteSize()}) {
      try (HostBuffer memory = device().allocate(1 << 20);
          Tensors tensors =
              new Tensors(
                  dataType,
                  new Random(1),
                  offset,
                  SegmentAllocator.slicingAllocator(memory.segment()))) {
        ActivationChecks.checkBatch(forced(Transfer.MAPPED), activation, dataType, tensors);
      }
    }
  }

  private static Device forced(Transfer transfer) {
    return new ForcedTransfer((CudaDevice) device(), transfer);
  }

  static Stream<Arguments> losses() {
    return Stream.of(Reduction.values())
        .flatMap(
            reduction ->
                Stream.of(DataType.values()).map(dataType -> Arguments.of(reduction, dataType)));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void computesLosses(Reduction reduction, DataType dataType) {
    LossChecks.checkBatch(device(), reduction, dataType, new Random(2));
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP64"})
  void computesHeads(DataType dataType) {
    for (int[] shape : new int[][] {{1, 30}, {10, 64}, {1000, 129}}) {
      HeadParameters parameters = HeadChecks.parameters(shape[0], shape[1], true);
      try (Head head = device().head(parameters, dataType)) {
        assertThat(head).isNotNull();
        HeadChecks.checkBatch(head, parameters, dataType, new Random(3));
      }
    }
  }

  @Test
  void computesWhatManyThreadsAsk() throws Exception {
    List<Future<?>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 32; i++) {
        Random random = new Random(i);
        answers.add(
            threads.submit(
                () -> ActivationChecks.checkBatch(device(), new Relu(), DataType.FP32, random)));
      }
    }
    for (Future<?> answer : answers) {
      answer.get();
    }
  }

  /** Larger than the staging memory of all streams together. */
  @Test
  void computesALargeTensor() {
    checkLarge((1L << 25) + 13);
  }

  @Test
  void computesMoreThanTwoToTheThirtyOneElements() {
    assumeTrue(
        Boolean.getBoolean("verhulst.test.huge"),
        "takes 4 GiB of page-locked memory: asked for with -Dverhulst.test.huge=true");
    checkLarge((1L << 31) + 13);
  }

  /** Both ways. */
  private static void checkLarge(long elements) {
    checkLarge(forced(Transfer.STAGED), elements);
    checkLarge(forced(Transfer.MAPPED), elements);
  }

  /** In place, in a pattern whose period meets no size of a chunk. */
  private static void checkLarge(Device way, long elements) {
    int period = 1009;
    try (HostBuffer buffer = device().allocate(2 * elements)) {
      MemorySegment x = buffer.segment();
      for (long i = 0; i < elements; i++) {
        x.setAtIndex(ValueLayout.JAVA_SHORT, i, half((int) (i % period) - 500));
      }
      way.run(
          new Relu(),
          DataType.FP16,
          List.of(new ActivationTask(elements, elements, x, null, null, x, null, null)));
      for (long i = 0; i < elements; i++) {
        short expected = half(Math.max(0, (int) (i % period) - 500));
        if (x.getAtIndex(ValueLayout.JAVA_SHORT, i) != expected) {
          assertThat(x.getAtIndex(ValueLayout.JAVA_SHORT, i))
              .as("element " + i)
              .isEqualTo(expected);
        }
      }
    }
  }

  private static short half(int value) {
    return Float.floatToFloat16(value);
  }
}
