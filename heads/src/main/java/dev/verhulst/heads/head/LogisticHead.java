package dev.verhulst.heads.head;

import dev.verhulst.heads.calibration.Calibration;
import dev.verhulst.heads.calibration.Isotonic;
import dev.verhulst.heads.safetensors.ElementType;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.cpu.CpuHead;
import java.lang.foreign.MemorySegment;
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

  private final HeadModel model;
  private final CpuDevice device;
  private final DataType dataType;
  private final boolean standardises;
  private final @Nullable List<? extends Calibration> isotonic;
  private final CpuHead head;

  /**
   * @param dataType of the features, the logits and the probabilities: FP32 or FP64
   */
  public LogisticHead(HeadModel model, CpuDevice device, DataType dataType) {
    this.model = model;
    this.device = device;
    this.dataType = dataType;
    boolean folds = Folding.foldsStandardisation(model, dataType);
    standardises = model.mean() != null && !folds;
    List<? extends Calibration> calibrations = model.calibrations();
    isotonic =
        calibrations != null && calibrations.getFirst() instanceof Isotonic ? calibrations : null;
    head = device.head(Folding.parameters(model, folds), dataType);
  }

  /** The type that a head of such weights computes in. */
  public static DataType computingType(ElementType weights) {
    return weights == ElementType.F64 ? DataType.FP64 : DataType.FP32;
  }

  public HeadModel model() {
    return model;
  }

  public DataType dataType() {
    return dataType;
  }

  /**
   * Computes the head for every task.
   *
   * @throws IllegalArgumentException where a segment does not fit its rows, or is not native
   */
  public void run(List<LogisticTask> tasks) {
    List<HostBuffer> buffers = new ArrayList<>();
    try {
      List<HeadTask> products = new ArrayList<>(tasks.size());
      for (LogisticTask task : tasks) {
        checkLabels(task);
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

  private void checkLabels(LogisticTask task) {
    MemorySegment labels = task.labels();
    if (labels != null && labels.byteSize() < Math.multiplyExact(task.rows(), model.labels())) {
      throw new IllegalArgumentException(
          "labels of %d rows by %d need as many bytes, got %d"
              .formatted(task.rows(), model.labels(), labels.byteSize()));
    }
  }

  private HeadTask product(LogisticTask task, List<HostBuffer> buffers) {
    MemorySegment features = task.features();
    if (standardises) {
      MemorySegment standardised = allocate(task.rows() * model.features(), buffers);
      RowLoops.standardise(model, features, standardised, task.rows(), dataType);
      features = standardised;
    }
    MemorySegment logits = task.logits();
    MemorySegment probabilities = task.probabilities();
    long outputs = task.rows() * model.labels();
    if (isotonic != null) {
      // What an isotonic calibration takes are logits.
      boolean needed = probabilities != null || task.labels() != null;
      logits = logits == null && needed ? allocate(outputs, buffers) : logits;
      return new HeadTask(task.rows(), features, logits, null);
    }
    if (probabilities == null && task.labels() != null) {
      probabilities = allocate(outputs, buffers);
    }
    return new HeadTask(task.rows(), features, logits, probabilities);
  }

  private void finish(LogisticTask task, HeadTask product, List<HostBuffer> buffers) {
    MemorySegment logits = product.logits();
    MemorySegment probabilities = product.probabilities();
    if (isotonic != null && logits != null) {
      probabilities = task.probabilities();
      if (probabilities == null && task.labels() != null) {
        probabilities = allocate(task.rows() * model.labels(), buffers);
      }
      if (probabilities != null) {
        RowLoops.calibrate(isotonic, logits, probabilities, task.rows(), dataType);
      }
    }
    if (task.labels() != null && probabilities != null) {
      RowLoops.threshold(model, probabilities, task.labels(), task.rows(), dataType);
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
