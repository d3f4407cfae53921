package dev.verhulst.heads.training;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** The features of examples, row by row. Rows are read from several threads at once. */
public interface FeatureRows {

  /** How many examples there are. */
  int rows();

  /** How many features an example has. */
  int features();

  /** Copies a row's features to the front of an array. */
  void copyRow(int row, double[] to);

  /**
   * Checks that all features of a row are finite.
   *
   * @param names the features' names, for the message
   * @throws IllegalArgumentException where one is not; the message names the feature and the row
   */
  default void expectFinite(int row, List<String> names) {
    double[] values = new double[features()];
    copyRow(row, values);
    for (int feature = 0; feature < values.length; feature++) {
      if (!Double.isFinite(values[feature])) {
        throw new IllegalArgumentException(
            "feature '%s' is %s in row %d; expected a finite number"
                .formatted(names.get(feature), values[feature], row));
      }
    }
  }

  /** Rows in arrays of their own, all of the same length. */
  static FeatureRows of(double[][] rows) {
    int features = rows.length == 0 ? 0 : rows[0].length;
    for (int row = 0; row < rows.length; row++) {
      if (rows[row].length != features) {
        throw new IllegalArgumentException(
            "row %d has %d features; the rows before it have %d"
                .formatted(row, rows[row].length, features));
      }
    }
    return new FeatureRows() {
      @Override
      public int rows() {
        return rows.length;
      }

      @Override
      public int features() {
        return features;
      }

      @Override
      public void copyRow(int row, double[] to) {
        System.arraycopy(rows[row], 0, to, 0, features);
      }
    };
  }

  /**
   * Rows of a tensor in memory, read where they lie.
   *
   * @param tensor [rows, features], row-major, in the machine's byte order
   * @param dataType FP32 or FP64
   */
  static FeatureRows of(MemorySegment tensor, DataType dataType, int rows, int features) {
    if (dataType != DataType.FP32 && dataType != DataType.FP64) {
      throw new IllegalArgumentException("features are FP32 or FP64, got " + dataType);
    }
    long rowBytes = (long) features * dataType.byteSize();
    if (tensor.byteSize() != rows * rowBytes) {
      throw new IllegalArgumentException(
          "%d rows of %d features in %s need %d bytes, got %d"
              .formatted(rows, features, dataType, rows * rowBytes, tensor.byteSize()));
    }
    return new FeatureRows() {
      @Override
      public int rows() {
        return rows;
      }

      @Override
      public int features() {
        return features;
      }

      @Override
      public void copyRow(int row, double[] to) {
        if (dataType == DataType.FP64) {
          MemorySegment.copy(
              tensor, ValueLayout.JAVA_DOUBLE_UNALIGNED, row * rowBytes, to, 0, features);
          return;
        }
        for (int i = 0; i < features; i++) {
          to[i] =
              tensor.get(ValueLayout.JAVA_FLOAT_UNALIGNED, row * rowBytes + (long) i * Float.BYTES);
        }
      }
    };
  }
}
