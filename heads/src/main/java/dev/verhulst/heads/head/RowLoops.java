package dev.verhulst.heads.head;

import dev.verhulst.heads.calibration.Calibration;
import dev.verhulst.kernels.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a head does element by element beside its product. */
final class RowLoops {

  private static final double USUAL_THRESHOLD = 0.5;

  private RowLoops() {}

  /** Writes (x - mean) / scale, rounded once. */
  static void standardise(
      double[] mean,
      double[] scale,
      MemorySegment from,
      MemorySegment to,
      long rows,
      DataType dataType) {
    long at = 0;
    for (long row = 0; row < rows; row++) {
      for (int feature = 0; feature < mean.length; feature++) {
        set(to, at, (get(from, at, dataType) - mean[feature]) / scale[feature], dataType);
        at++;
      }
    }
  }

  /** Writes each label's calibrated probability. */
  static void calibrate(
      List<? extends Calibration> calibrations,
      MemorySegment logits,
      MemorySegment probabilities,
      long rows,
      DataType dataType) {
    long at = 0;
    for (long row = 0; row < rows; row++) {
      for (Calibration calibration : calibrations) {
        set(probabilities, at, calibration.probability(get(logits, at, dataType)), dataType);
        at++;
      }
    }
  }

  /** Writes 1 where a probability reaches its label's threshold, and 0 elsewhere. */
  static void threshold(
      double @Nullable [] thresholds,
      int labelCount,
      MemorySegment probabilities,
      MemorySegment labels,
      long rows,
      DataType dataType) {
    long at = 0;
    for (long row = 0; row < rows; row++) {
      for (int label = 0; label < labelCount; label++) {
        double threshold = thresholds == null ? USUAL_THRESHOLD : thresholds[label];
        boolean isSet = get(probabilities, at, dataType) >= threshold;
        labels.set(ValueLayout.JAVA_BYTE, at, (byte) (isSet ? 1 : 0));
        at++;
      }
    }
  }

  private static double get(MemorySegment from, long index, DataType dataType) {
    return dataType == DataType.FP64
        ? from.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, index * Double.BYTES)
        : from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
  }

  private static void set(MemorySegment to, long index, double value, DataType dataType) {
    if (dataType == DataType.FP64) {
      to.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, index * Double.BYTES, value);
    } else {
      to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES, (float) value);
    }
  }
}
