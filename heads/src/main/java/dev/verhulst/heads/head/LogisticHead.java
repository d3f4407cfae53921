package dev.verhulst.heads.head;

import dev.verhulst.heads.calibration.Calibration;
import dev.verhulst.heads.calibration.Isotonic;
import dev.verhulst.heads.safetensors.ElementType;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.TaskValidation;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A logistic head that is ready to compute, in FP32 or FP64: weights of FP16 and BF16 are widened,
 * which is exact, and summed up in FP32. The rows of all requests of a call share one product; a
 * row's results have the same bits whatever rows are beside it. Calls may come from many threads at
 * once.
 */
public final class LogisticHead implements AutoCloseable {

  /** Every height that a tile of the product can have, and more than one tile. */
  private static final int WARM_UP_ROWS = 8;

  /** From here on a row of its own takes longer than stepping aside for others. */
  private static final long MANY_WEIGHT_BYTES = 256 << 10;

  /** What a call sets aside for what is on its way from one step to the next, at most. */
  private static final long TEMPORARY_BYTES = 4 << 20;

  private static final int WARM_UP_CALLS = 2_000;
  private static final long WARM_UP_NANOS = 300_000_000;

  private final int features;
  private final int labels;
  private final double @Nullable [] mean;
  private final double @Nullable [] scale;
  private final double @Nullable [] thresholds;
  private final Device device;
  private final DataType dataType;
  private final @Nullable List<? extends Calibration> isotonic;
  private final Head head;

  /**
   * @param device what computes the product; it is closed after the head
   * @param dataType of the features, the logits and the probabilities: FP32 or FP64
   * @throws IllegalArgumentException where the device computes no heads
   */
  public LogisticHead(HeadModel model, Device device, DataType dataType) {
    features = model.features();
    labels = model.labels();
    thresholds = model.thresholds();
    this.device = device;
    this.dataType = dataType;
    boolean folds = Folding.foldsStandardisation(model, dataType);
    mean = folds ? null : model.mean();
    scale = folds ? null : model.scale();
    List<? extends Calibration> calibrations = model.calibrations();
    isotonic =
        calibrations != null && calibrations.getFirst() instanceof Isotonic ? calibrations : null;
    HeadParameters parameters = Folding.parameters(model, folds);
    if (dataType != DataType.FP64) {
      expectInRange("bias", parameters.bias());
      expectInRange("calibration's slope", parameters.slopes());
      expectInRange("calibration's shift", parameters.shifts());
    }
    Head prepared = device.head(parameters, dataType);
    if (prepared == null) {
      throw new IllegalArgumentException(device.description() + " computes no heads");
    }
    head = prepared;
  }

  private static void expectInRange(String what, double[] values) {
    for (int label = 0; label < values.length; label++) {
      if (!Float.isFinite((float) values[label])) {
        throw new IllegalArgumentException(
            "the %s of label %d is %s, which FP32 cannot hold; store the weights as F64, which are computed with in FP64"
                .formatted(what, label, values[label]));
      }
    }
  }

  /** The type that a head of such weights computes in. */
  public static DataType computingType(ElementType weights) {
    return weights == ElementType.F64 ? DataType.FP64 : DataType.FP32;
  }

  /** How many features a row has. */
  public int features() {
    return features;
  }

  /** How many labels there are. */
  public int labels() {
    return labels;
  }

  public DataType dataType() {
    return dataType;
  }

  /** What computes it. */
  public DeviceKind deviceKind() {
    return device.kind();
  }

  /** Whether reading the weights is most of what a single row takes: rows should come together. */
  public boolean hasManyWeights() {
    return (long) features * labels * dataType.byteSize() >= MANY_WEIGHT_BYTES;
  }

  /**
   * Computes the head for every task. What lies between two steps, e.g. standardised features, is
   * held for some rows at a time: at most 4 MiB, or a row.
   *
   * @throws IllegalArgumentException where a segment does not fit its rows, or is not native
   */
  public void run(List<LogisticTask> tasks) {
    List<LogisticTask> together = new ArrayList<>(tasks.size());
    long room = TEMPORARY_BYTES;
    for (LogisticTask task : tasks) {
      checkLabels(task);
      long rowBytes = temporaryBytesOfARow(task);
      if (task.rows() * rowBytes > room) {
        checkRows(task);
      }
      long row = 0;
      while ((task.rows() - row) * rowBytes > room) {
        long count = room / rowBytes;
        if (count == 0 && together.isEmpty()) {
          count = 1;
        }
        if (count > 0) {
          together.add(rows(task, row, count));
        }
        row += count;
        runTogether(together);
        together.clear();
        room = TEMPORARY_BYTES;
      }
      together.add(row == 0 ? task : rows(task, row, task.rows() - row));
      room -= (task.rows() - row) * rowBytes;
    }
    runTogether(together);
  }

  private void runTogether(List<LogisticTask> tasks) {
    List<HostBuffer> buffers = new ArrayList<>();
    try {
      List<HeadTask> products = new ArrayList<>(tasks.size());
      for (LogisticTask task : tasks) {
        products.add(product(task, buffers));
      }
      head.run(products);
      for (int i = 0; i < tasks.size(); i++) {
        finish(tasks.get(i), products.get(i), buffers);
      }
    } finally {
      buffers.forEach(HostBuffer::close);
    }
  }

  /**
   * Runs the head on rows of zeros until it is fast, so that the first requests find it so.
   *
   * @param limit how long its product may take for that; what is around it takes little
   */
  public void warmUp(Duration limit) {
    head.warmUp(limit);
    long deadline = System.nanoTime() + WARM_UP_NANOS;
    long outputBytes = (long) WARM_UP_ROWS * labels * dataType.byteSize();
    try (HostBuffer rows = device.allocate((long) WARM_UP_ROWS * features * dataType.byteSize());
        HostBuffer logits = device.allocate(outputBytes);
        HostBuffer probabilities = device.allocate(outputBytes);
        HostBuffer set = device.allocate((long) WARM_UP_ROWS * labels)) {
      rows.segment().fill((byte) 0);
      for (int call = 0;
          call < WARM_UP_CALLS && (call < WARM_UP_ROWS || System.nanoTime() - deadline < 0);
          call++) {
        run(
            List.of(
                new LogisticTask(
                    1 + call % WARM_UP_ROWS,
                    rows.segment(),
                    logits.segment(),
                    probabilities.segment(),
                    set.segment())));
      }
    }
  }

  /** What the product checks of a whole task, before rows are taken from it. */
  private void checkRows(LogisticTask task) {
    TaskValidation.validateHeadTasks(
        labels,
        features,
        dataType,
        List.of(new HeadTask(task.rows(), task.features(), task.logits(), task.probabilities())));
  }

  private void checkLabels(LogisticTask task) {
    MemorySegment set = task.labels();
    if (set != null && set.byteSize() < Math.multiplyExact(task.rows(), (long) labels)) {
      throw new IllegalArgumentException(
          "labels of %d rows by %d need as many bytes, got %d"
              .formatted(task.rows(), labels, set.byteSize()));
    }
  }

  private long temporaryBytesOfARow(LogisticTask task) {
    boolean needsProbabilities = task.labels() != null && task.probabilities() == null;
    boolean needsLogits =
        isotonic != null
            && task.logits() == null
            && (task.probabilities() != null || task.labels() != null);
    long elements =
        (mean != null ? features : 0L)
            + (needsLogits ? labels : 0L)
            + (needsProbabilities ? labels : 0L);
    return elements * dataType.byteSize();
  }

  private LogisticTask rows(LogisticTask task, long first, long count) {
    return new LogisticTask(
        count,
        rows(task.features(), first, count, (long) features * dataType.byteSize()),
        rowsOrNull(task.logits(), first, count, (long) labels * dataType.byteSize()),
        rowsOrNull(task.probabilities(), first, count, (long) labels * dataType.byteSize()),
        rowsOrNull(task.labels(), first, count, labels));
  }

  private static @Nullable MemorySegment rowsOrNull(
      @Nullable MemorySegment of, long first, long count, long byteSize) {
    return of == null ? null : rows(of, first, count, byteSize);
  }

  private static MemorySegment rows(MemorySegment of, long first, long count, long byteSize) {
    return of.asSlice(first * byteSize, count * byteSize);
  }

  private HeadTask product(LogisticTask task, List<HostBuffer> buffers) {
    MemorySegment rows = task.features();
    if (mean != null && scale != null) {
      MemorySegment standardised = allocate(task.rows() * features, buffers);
      RowLoops.standardise(mean, scale, rows, standardised, task.rows(), dataType);
      rows = standardised;
    }
    MemorySegment logits = task.logits();
    MemorySegment probabilities = task.probabilities();
    long outputs = task.rows() * labels;
    if (isotonic != null) {
      // What an isotonic calibration takes are logits.
      boolean needed = probabilities != null || task.labels() != null;
      logits = logits == null && needed ? allocate(outputs, buffers) : logits;
      return new HeadTask(task.rows(), rows, logits, null);
    }
    if (probabilities == null && task.labels() != null) {
      probabilities = allocate(outputs, buffers);
    }
    return new HeadTask(task.rows(), rows, logits, probabilities);
  }

  private void finish(LogisticTask task, HeadTask product, List<HostBuffer> buffers) {
    MemorySegment logits = product.logits();
    MemorySegment probabilities = product.probabilities();
    if (isotonic != null && logits != null) {
      probabilities = task.probabilities();
      if (probabilities == null && task.labels() != null) {
        probabilities = allocate(task.rows() * labels, buffers);
      }
      if (probabilities != null) {
        RowLoops.calibrate(isotonic, logits, probabilities, task.rows(), dataType);
      }
    }
    if (task.labels() != null && probabilities != null) {
      RowLoops.threshold(thresholds, labels, probabilities, task.labels(), task.rows(), dataType);
    }
  }

  private MemorySegment allocate(long elements, List<HostBuffer> buffers) {
    HostBuffer buffer = device.allocate(elements * dataType.byteSize());
    buffers.add(buffer);
    return buffer.segment();
  }

  /** Frees the packed weights; no call may be under way. */
  @Override
  public void close() {
    head.close();
  }
}
