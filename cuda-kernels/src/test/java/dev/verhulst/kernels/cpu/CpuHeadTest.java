package dev.verhulst.kernels.cpu;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.activation.Sigmoid;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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
        HeadParameters parameters = parameters(labels, features, labels % 2 == 0);
        try (CpuHead head = DEVICE.head(parameters, dataType);
            Arena arena = Arena.ofConfined()) {
          for (int rows : ROWS) {
            HeadTask task = task(parameters, dataType, rows, arena);
            head.run(List.of(task));
            check(parameters, dataType, task);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP64"})
  void givesARowTheSameBitsAloneAsAmongTheRowsOfOtherRequests(DataType dataType) {
    for (int labels : new int[] {1, 10, 100}) {
      HeadParameters parameters = parameters(labels, 600, false);
      try (CpuHead head = DEVICE.head(parameters, dataType);
          Arena arena = Arena.ofConfined()) {
        List<HeadTask> together = new ArrayList<>();
        for (int rows : new int[] {3, 0, 1, 120, 1, 8}) {
          together.add(task(parameters, dataType, rows, arena));
        }
        head.run(together);
        for (HeadTask task : together) {
          check(parameters, dataType, task);
          for (long row = 0; row < task.rows(); row++) {
            HeadTask alone = alone(parameters, dataType, task, row, arena);
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

  /** Not how fast, which is the machine's, but that the compiler is done with each in the end. */
  @ParameterizedTest
  @ValueSource(ints = {3, 70})
  void theWarmUpEndsWithEveryLoopCompiled(int labels) {
    HeadParameters parameters = parameters(labels, 40, false);
    try (PackedWeights weights = new PackedWeights(parameters, DataType.FP32);
        TileWarmUp warmUp = new TileWarmUp(weights);
        CpuHead head = DEVICE.head(parameters, DataType.FP32);
        Arena arena = Arena.ofConfined()) {
      assertThat(warmUp.run(Duration.ofMinutes(2))).isTrue();
      HeadTask task = task(parameters, DataType.FP32, 13, arena);
      head.run(List.of(task));
      check(parameters, DataType.FP32, task);
    }
  }

  @Test
  void writesNothingBesideItsResults() {
    HeadParameters parameters = parameters(70, 40, false);
    try (CpuHead head = DEVICE.head(parameters, DataType.FP32);
        Arena arena = Arena.ofConfined()) {
      long bytes = 7 * 70 * Float.BYTES;
      MemorySegment guarded = arena.allocate(bytes + 1024, 64);
      guarded.fill((byte) 0x5a);
      HeadTask task = task(parameters, DataType.FP32, 7, arena);
      head.run(List.of(new HeadTask(7, task.features(), null, guarded.asSlice(512, bytes))));
      for (long at = 0; at < 512; at++) {
        assertThat(guarded.get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) 0x5a);
        assertThat(guarded.get(ValueLayout.JAVA_BYTE, 512 + bytes + at)).isEqualTo((byte) 0x5a);
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    HeadParameters parameters = parameters(2, 3, false);
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

  private static HeadParameters parameters(int labels, int features, boolean calibrated) {
    Random random = new Random(labels * 31L + features);
    double[] slopes = new double[labels];
    double[] shifts = new double[labels];
    Arrays.setAll(slopes, _ -> calibrated ? 0.5 + random.nextDouble() : 1);
    Arrays.setAll(shifts, _ -> calibrated ? random.nextGaussian() : 0);
    return new HeadParameters(
        labels,
        features,
        floats(random, labels * features),
        floats(random, labels),
        slopes,
        shifts);
  }

  /** Numbers that FP32 holds exactly. */
  private static double[] floats(Random random, int count) {
    double[] values = new double[count];
    Arrays.setAll(values, _ -> (float) random.nextGaussian());
    return values;
  }

  private static HeadTask task(
      HeadParameters parameters, DataType dataType, int rows, Arena arena) {
    long size = dataType.byteSize();
    MemorySegment x = arena.allocate(rows * size * parameters.features() + size, size);
    double[] values = floats(new Random(rows), rows * parameters.features());
    for (int i = 0; i < values.length; i++) {
      set(x, dataType, i, values[i]);
    }
    long outputs = rows * size * parameters.labels();
    return new HeadTask(rows, x, arena.allocate(outputs, size), arena.allocate(outputs, size));
  }

  private static HeadTask alone(
      HeadParameters parameters, DataType dataType, HeadTask task, long row, Arena arena) {
    long size = dataType.byteSize();
    long inputs = parameters.features() * size;
    return new HeadTask(
        1,
        task.features().asSlice(row * inputs, inputs),
        null,
        arena.allocate(parameters.labels() * size, size));
  }

  private static void check(HeadParameters parameters, DataType dataType, HeadTask task) {
    double unit = dataType == DataType.FP64 ? 0x1p-53 : 0x1p-24;
    for (int row = 0; row < task.rows(); row++) {
      for (int label = 0; label < parameters.labels(); label++) {
        double sum = parameters.bias()[label];
        double magnitude = Math.abs(sum);
        for (int feature = 0; feature < parameters.features(); feature++) {
          double term =
              parameters.weights()[label * parameters.features() + feature]
                  * get(task.features(), dataType, (long) row * parameters.features() + feature);
          sum += term;
          magnitude += Math.abs(term);
        }
        long at = (long) row * parameters.labels() + label;
        double error = unit * magnitude * (2 + Math.sqrt(parameters.features()));
        assertThat(get(requireNonNull(task.logits()), dataType, at)).isCloseTo(sum, within(error));
        double logit = parameters.slopes()[label] * sum + parameters.shifts()[label];
        assertThat(get(requireNonNull(task.probabilities()), dataType, at))
            .isCloseTo(new Sigmoid().value(logit), within(2 * error + 4 * unit));
      }
    }
  }

  private static void set(MemorySegment to, DataType dataType, long index, double value) {
    if (dataType == DataType.FP64) {
      to.setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
    } else {
      to.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
    }
  }

  private static double get(MemorySegment from, DataType dataType, long index) {
    return dataType == DataType.FP64
        ? from.getAtIndex(ValueLayout.JAVA_DOUBLE, index)
        : from.getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }
}
