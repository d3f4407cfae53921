package dev.verhulst.kernels.cpu;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HeadChecks;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.Tensors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A head against its definition in double: every way through the loops, whole and with tails. */
class CpuHeadTest {

  private static final CpuDevice DEVICE = new CpuDevice(2);
  private static final int[] LABELS = {1, 2, 5, 8, 9, 10, 17, 31, 33, 64, 65, 100, 127, 300};
  private static final int[] FEATURES = {1, 7, 16, 30, 129, 500, 1000};
  private static final int[] ROWS = {1, 2, 3, 5, 6, 7, 31, 101};

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP64"})
  void agreesWithItsDefinition(DataType dataType) {
    for (int labels : LABELS) {
      for (int features : FEATURES) {
        HeadParameters parameters = HeadChecks.parameters(labels, features, labels % 2 == 0);
        try (CpuHead head = DEVICE.head(parameters, dataType);
            Tensors tensors = new Tensors(dataType, new Random(features))) {
          for (int rows : ROWS) {
            HeadTask task = HeadChecks.task(parameters, rows, tensors);
            head.run(List.of(task));
            HeadChecks.check(parameters, dataType, task);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP64"})
  void givesARowTheSameBitsAloneAsAmongTheRowsOfOtherRequests(DataType dataType) {
    int[][] shapes = {{1, 600}, {1, 40}, {10, 600}, {10, 40}, {100, 600}, {100, 3000}};
    for (int[] shape : shapes) {
      int labels = shape[0];
      HeadParameters parameters = HeadChecks.parameters(labels, shape[1], false);
      try (CpuHead head = DEVICE.head(parameters, dataType);
          Tensors tensors = new Tensors(dataType, new Random(labels))) {
        List<HeadTask> together = new ArrayList<>();
        for (int rows : new int[] {3, 0, 1, 120, 1, 8}) {
          together.add(HeadChecks.task(parameters, rows, tensors));
        }
        head.run(together);
        for (HeadTask task : together) {
          HeadChecks.check(parameters, dataType, task);
          for (long row = 0; row < task.rows(); row++) {
            HeadTask alone = alone(parameters, dataType, task, row, tensors);
            head.run(List.of(alone));
            long bytes = (long) labels * dataType.byteSize();
            assertThat(requireNonNull(alone.probabilities()).toArray(ValueLayout.JAVA_BYTE))
                .isEqualTo(
                    requireNonNull(task.probabilities())
                        .asSlice(row * bytes, bytes)
                        .toArray(ValueLayout.JAVA_BYTE));
          }
        }
      }
    }
  }

  /** As dot products, in one panel whose vectors are wider than a row, and in two panels. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10, 70})
  void writesNothingBesideItsResults(int labels) {
    HeadParameters parameters = HeadChecks.parameters(labels, 40, false);
    try (CpuHead head = DEVICE.head(parameters, DataType.FP32)) {
      HeadChecks.checkBatch(head, parameters, DataType.FP32, new Random(4));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    HeadParameters parameters = HeadChecks.parameters(2, 3, false);
    try (CpuHead head = DEVICE.head(parameters, DataType.FP32);
        Arena arena = Arena.ofConfined()) {
      MemorySegment small = arena.allocate(20);
      assertThatThrownBy(() -> head.run(List.of(new HeadTask(2, small, null, null))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("features of 2 rows by 3 need 24 bytes of native memory, got 20 bytes");
      MemorySegment heap = MemorySegment.ofArray(new float[6]);
      assertThatThrownBy(() -> head.run(List.of(new HeadTask(2, heap, null, null))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("got 24 bytes on the heap");
    }
    assertThatThrownBy(() -> DEVICE.head(parameters, DataType.BF16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a head computes in FP32 or FP64");
  }

  private static HeadTask alone(
      HeadParameters parameters, DataType dataType, HeadTask task, long row, Tensors tensors) {
    long inputs = (long) parameters.features() * dataType.byteSize();
    return new HeadTask(
        1, task.features().asSlice(row * inputs, inputs), null, tensors.empty(parameters.labels()));
  }
}
