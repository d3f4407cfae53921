package dev.verhulst.heads.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verhulst.heads.Reference;
import dev.verhulst.heads.calibration.Calibration;
import dev.verhulst.heads.calibration.Isotonic;
import dev.verhulst.heads.calibration.Platt;
import dev.verhulst.heads.calibration.Temperature;
import dev.verhulst.heads.safetensors.ElementType;
import dev.verhulst.heads.safetensors.SafeTensorsException;
import dev.verhulst.heads.safetensors.SafeTensorsWriter;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class LogisticHeadTest {

  private static final CpuDevice DEVICE = new CpuDevice(2);

  @TempDir Path directory;

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  /** The reference's own coefficients, standardisation and data give the reference's logits. */
  @Test
  void agreesWithScikitLearnOnBreastCancer() {
    JsonNode reference = Reference.json("breast_cancer.logistic.json");
    HeadModel model =
        new HeadModel(
                30,
                1,
                ElementType.F64,
                Reference.numbers(reference.get("coefficients")),
                new double[] {reference.get("intercept").asDouble()})
            .withStandardisation(
                Reference.numbers(reference.get("mean")),
                Reference.numbers(reference.get("scale")));
    double[][] rows = Reference.table("breast_cancer.csv").rows();
    double[] expected = Reference.numbers(reference.get("probabilities"));
    for (DataType dataType : List.of(DataType.FP32, DataType.FP64)) {
      assertThat(Folding.foldsStandardisation(model, dataType)).isTrue();
      double tolerance = dataType == DataType.FP64 ? 1e-13 : 2e-5;
      try (LogisticHead head = new LogisticHead(model, DEVICE, dataType);
          Arena arena = Arena.ofConfined()) {
        Results results = run(head, rows, arena);
        assertThat(results.probabilities).containsExactly(expected, within(tolerance));
        assertThat(results.logits)
            .containsExactly(Reference.numbers(reference.get("logits")), within(100 * tolerance));
        for (int row = 0; row < rows.length; row++) {
          assertThat(results.labels[row]).isEqualTo((byte) (expected[row] >= 0.5 ? 1 : 0));
        }
      }
    }
  }

  /** A mean far from 0 would cost FP32 its digits in the weights: it is subtracted first. */
  @Test
  void standardisesFirstWhereFoldingWouldLoseDigits() {
    HeadModel model =
        new HeadModel(1, 1, ElementType.F32, new double[] {1}, new double[1])
            .withStandardisation(new double[] {1000}, new double[] {0.001});
    assertThat(Folding.foldsStandardisation(model, DataType.FP32)).isFalse();
    try (LogisticHead head = new LogisticHead(model, DEVICE, DataType.FP32);
        Arena arena = Arena.ofConfined()) {
      float x = Math.nextUp(1000f);
      Results results = run(head, new double[][] {{1000}, {x}}, arena);
      assertThat(results.logits[0]).isZero();
      assertThat(results.logits[1]).isCloseTo((x - 1000.0) / 0.001, within(1e-5));
    }
  }

  static List<List<Calibration>> calibrations() {
    return List.of(
        List.of(new Platt(-2, 0.5), new Platt(-0.5, -1)),
        List.of(new Temperature(2), new Temperature(0.25)),
        List.of(
            new Isotonic(new double[] {-1, 1}, new double[] {0.25, 0.75}),
            new Isotonic(new double[] {0}, new double[] {0.5})));
  }

  @ParameterizedTest
  @MethodSource("calibrations")
  void calibratesEachLabelAndSurvivesItsFile(List<Calibration> calibrations) throws Exception {
    HeadModel model =
        new HeadModel(
            2,
            2,
            ElementType.F64,
            new double[] {1, -1, 0.5, 2},
            new double[] {0.125, -0.25},
            new double[] {1, 2},
            new double[] {2, 0.5},
            calibrations,
            new double[] {0.3, 0.9});
    Path file = directory.resolve("model.safetensors");
    HeadFile.write(model, Map.of("made by", "a test"), file);
    HeadModel read = HeadFile.read(file);
    assertThat(read).usingRecursiveComparison().isEqualTo(model);
    double[][] rows = {{1, 2}, {0, 0}, {3, 1}, {-4, 2.25}};
    try (LogisticHead head = new LogisticHead(read, DEVICE, DataType.FP64);
        Arena arena = Arena.ofConfined()) {
      Results results = run(head, rows, arena);
      for (int row = 0; row < rows.length; row++) {
        for (int label = 0; label < 2; label++) {
          double logit =
              (rows[row][0] - 1) / 2 * model.weights()[2 * label]
                  + (rows[row][1] - 2) / 0.5 * model.weights()[2 * label + 1]
                  + model.bias()[label];
          double probability = calibrations.get(label).probability(logit);
          int at = 2 * row + label;
          assertThat(results.logits[at]).isCloseTo(logit, within(1e-12));
          assertThat(results.probabilities[at]).isCloseTo(probability, within(1e-12));
          assertThat(results.labels[at])
              .isEqualTo((byte) (probability >= (label == 0 ? 0.3 : 0.9) ? 1 : 0));
        }
      }
      MemorySegment labels = arena.allocate(8);
      head.run(
          List.of(new LogisticTask(4, features(rows, DataType.FP64, arena), null, null, labels)));
      assertThat(labels.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(results.labels);
    }
  }

  /** Rows by the ten thousand, with all that lies between two steps, and a small call beside. */
  @Test
  void setsAsideFewMegabytesAtATime() {
    int count = 30_000;
    double[] weights = new double[2 * 30];
    Arrays.setAll(weights, i -> (i % 7 - 3) / 100.0);
    double[] means = new double[30];
    Arrays.fill(means, 1000);
    double[] scales = new double[30];
    Arrays.fill(scales, 0.001);
    HeadModel model =
        new HeadModel(30, 2, ElementType.F32, weights, new double[2])
            .withStandardisation(means, scales)
            .withCalibrations(calibrations().getLast());
    double[][] rows = new double[count][30];
    for (int row = 0; row < count; row++) {
      int start = row;
      Arrays.setAll(rows[row], i -> 1000 + (start * 31 + i) % 101 / 16384.0);
    }
    MeasuredMemory device = new MeasuredMemory(DEVICE);
    try (LogisticHead head = new LogisticHead(model, device, DataType.FP32);
        Arena arena = Arena.ofConfined()) {
      MemorySegment features = features(rows, DataType.FP32, arena);
      MemorySegment labels = arena.allocate(2L * count);
      MemorySegment probabilities = arena.allocate(2L * count * Float.BYTES, 8);
      MemorySegment firstProbabilities = arena.allocate(2 * Float.BYTES, 8);
      head.run(
          List.of(
              new LogisticTask(1, features, null, firstProbabilities, null),
              new LogisticTask(count, features, null, null, labels),
              new LogisticTask(count, features, null, probabilities, null)));
      assertThat(device.most).isBetween(3L << 20, 4L << 20);
      assertThat(device.held).isZero();

      for (int row = 0; row < count; row += 997) {
        Results alone = run(head, new double[][] {rows[row]}, arena);
        for (int label = 0; label < 2; label++) {
          int at = 2 * row + label;
          assertThat((double) probabilities.getAtIndex(ValueLayout.JAVA_FLOAT, at))
              .isEqualTo(alone.probabilities[label]);
          assertThat(labels.get(ValueLayout.JAVA_BYTE, at)).isEqualTo(alone.labels[label]);
        }
      }
      assertThat(firstProbabilities.mismatch(probabilities.asSlice(0, 8))).isEqualTo(-1);
    }
  }

  /** Knows how much of its memory is held. */
  private static final class MeasuredMemory implements Device {

    private final Device device;
    private long held;
    private long most;

    MeasuredMemory(Device device) {
      this.device = device;
    }

    @Override
    public HostBuffer allocate(long byteSize) {
      HostBuffer buffer = device.allocate(byteSize);
      held += byteSize;
      most = Math.max(most, held);
      return new HostBuffer() {
        @Override
        public MemorySegment segment() {
          return buffer.segment();
        }

        @Override
        public void close() {
          held -= byteSize;
          buffer.close();
        }
      };
    }

    @Override
    public @Nullable Head head(HeadParameters parameters, DataType dataType) {
      return device.head(parameters, dataType);
    }

    @Override
    public DeviceKind kind() {
      return device.kind();
    }

    @Override
    public String description() {
      return device.description();
    }

    @Override
    public void run(Activation activation, DataType dataType, List<ActivationTask> tasks) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void run(BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  @Test
  void refusesFilesThatAreNoHead() throws Exception {
    Path file = directory.resolve("model.safetensors");
    refused(
        file,
        new SafeTensorsWriter().tensor("w", ElementType.F32, List.of(1L), new double[1]),
        "there is no tensor 'weight'");
    refused(
        file,
        weight(2, 3).tensor("Bias", ElementType.F32, List.of(2L), new double[2]),
        "there is a tensor 'Bias'; a head has no other than weight, bias,");
    refused(
        file,
        weight(2, 3).tensor("isotonic.1", ElementType.F64, List.of(2L, 1L), new double[2]),
        "there is no tensor 'isotonic.0'");
    refused(
        file,
        weight(1, 1)
            .tensor("platt", ElementType.F64, List.of(1L, 2L), new double[] {Double.NaN, 0}),
        "Platt's a and b are NaN and 0.0; expected finite numbers");
    refused(
        file,
        weight(2, 3).tensor("bias", ElementType.F32, List.of(3L), new double[3]),
        "bias has the shape [3]; expected [2]");
    refused(
        file,
        weight(2, 3).tensor("mean", ElementType.F32, List.of(3L), new double[3]),
        "mean and scale go together");
    refused(
        file,
        weight(2, 3)
            .tensor("mean", ElementType.F32, List.of(3L), new double[3])
            .tensor("scale", ElementType.F32, List.of(3L), new double[3]),
        "the scale of feature 0 is 0.0");
    refused(
        file,
        weight(1, 1).tensor("thresholds", ElementType.F32, List.of(1L), new double[] {2}),
        "the threshold of label 0 is 2.0");
    refused(
        file,
        weight(1, 1).tensor("bias", ElementType.F32, List.of(1L), new double[] {Double.NaN}),
        "element 0 of bias is NaN");
    refused(
        file,
        weight(1, 1).tensor("temperature", ElementType.F64, List.of(1L), new double[] {-1}),
        "a temperature must be above 0");
    refused(
        file,
        weight(1, 1)
            .tensor("temperature", ElementType.F64, List.of(1L), new double[] {1})
            .tensor("platt", ElementType.F64, List.of(1L, 2L), new double[2]),
        "several kinds");
    refused(
        file,
        weight(1, 1).tensor("isotonic.0", ElementType.F64, List.of(3L), new double[3]),
        "expected [2, knots]");
    refused(
        file,
        new SafeTensorsWriter().tensor("weight", ElementType.F32, List.of(0L, 3L), new double[0]),
        "at least one element");
  }

  @Test
  void refusesNumbersThatItsTypeCannotHold() {
    HeadModel plain = new HeadModel(1, 1, ElementType.F32, new double[1], new double[] {1e39});
    assertThatThrownBy(() -> new LogisticHead(plain, DEVICE, DataType.FP32))
        .hasMessageStartingWith("the bias of label 0 is 1.0E39, which FP32 cannot hold");
    HeadModel cold =
        new HeadModel(1, 1, ElementType.F32, new double[1], new double[1])
            .withCalibrations(List.of(new Temperature(1e-40)));
    assertThatThrownBy(() -> new LogisticHead(cold, DEVICE, DataType.FP32))
        .hasMessageContaining("calibration's slope of label 0");
    new LogisticHead(cold, DEVICE, DataType.FP64).close();
  }

  private static SafeTensorsWriter weight(long labels, long features) {
    return new SafeTensorsWriter()
        .tensor(
            "weight",
            ElementType.F32,
            List.of(labels, features),
            new double[(int) (labels * features)]);
  }

  private static void refused(Path file, SafeTensorsWriter writer, String reason) throws Exception {
    writer.write(file);
    assertThatThrownBy(() -> HeadFile.read(file))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining(reason);
  }

  private record Results(double[] logits, double[] probabilities, byte[] labels) {}

  private static Results run(LogisticHead head, double[][] rows, Arena arena) {
    int outputs = rows.length * head.labels();
    long bytes = (long) outputs * head.dataType().byteSize();
    MemorySegment logits = arena.allocate(bytes, 8);
    MemorySegment probabilities = arena.allocate(bytes, 8);
    MemorySegment labels = arena.allocate(outputs);
    head.run(
        List.of(
            new LogisticTask(
                rows.length,
                features(rows, head.dataType(), arena),
                logits,
                probabilities,
                labels)));
    return new Results(
        doubles(logits, head.dataType()),
        doubles(probabilities, head.dataType()),
        labels.toArray(ValueLayout.JAVA_BYTE));
  }

  private static MemorySegment features(double[][] rows, DataType dataType, Arena arena) {
    long count = (long) rows.length * 30;
    MemorySegment features = arena.allocate(count * dataType.byteSize(), 8);
    long at = 0;
    for (double[] row : rows) {
      int width = row.length == 31 ? 30 : row.length;
      for (int i = 0; i < width; i++) {
        if (dataType == DataType.FP64) {
          features.setAtIndex(ValueLayout.JAVA_DOUBLE, at++, row[i]);
        } else {
          features.setAtIndex(ValueLayout.JAVA_FLOAT, at++, (float) row[i]);
        }
      }
    }
    return features;
  }

  private static double[] doubles(MemorySegment values, DataType dataType) {
    if (dataType == DataType.FP64) {
      return values.toArray(ValueLayout.JAVA_DOUBLE);
    }
    float[] floats = values.toArray(ValueLayout.JAVA_FLOAT);
    double[] doubles = new double[floats.length];
    Arrays.setAll(doubles, i -> floats[i]);
    return doubles;
  }
}
