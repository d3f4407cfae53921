package dev.verhulst.service.jobs;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.kernels.DataType;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InputTensor;
import dev.verhulst.service.model.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The tensors that a job is sent: FP32 or FP64, all alike, each known and there once. Their shapes
 * are known before their elements are.
 */
final class JobTensors {

  private final List<InputTensor> tensors;
  private final DataType dataType;

  /**
   * @param known the names that there are
   * @throws InferenceException of kind INVALID_ARGUMENT where the tensors are not as they should be
   */
  JobTensors(List<InputTensor> tensors, List<String> known) {
    this.tensors = tensors;
    DataType first = DataType.FP32;
    TreeSet<String> seen = new TreeSet<>();
    for (InputTensor tensor : tensors) {
      if (!known.contains(tensor.name())) {
        throw invalidArgument(
            "unexpected input '%s'; a job of this kind takes %s"
                .formatted(tensor.name(), String.join(", ", known)));
      }
      if (!seen.add(tensor.name())) {
        throw invalidArgument("input '%s' appears twice in the request".formatted(tensor.name()));
      }
      if (tensor.shared() != null) {
        throw invalidArgument(
            "input '%s' is in shared memory; a job takes its tensors from the request"
                .formatted(tensor.name()));
      }
      DataType type = dataType(tensor);
      if (seen.size() > 1 && type != first) {
        throw invalidArgument(
            "input '%s' has the datatype %s and others %s; expected one datatype for all"
                .formatted(tensor.name(), type, first));
      }
      first = type;
    }
    dataType = first;
  }

  private static DataType dataType(InputTensor tensor) {
    return switch (tensor.datatype()) {
      case "FP32" -> DataType.FP32;
      case "FP64" -> DataType.FP64;
      default ->
          throw invalidArgument(
              "input '%s' has the datatype '%s'; a job takes FP32 and FP64"
                  .formatted(tensor.name(), tensor.datatype()));
    };
  }

  boolean isEmpty() {
    return tensors.isEmpty();
  }

  DataType dataType() {
    return dataType;
  }

  boolean has(String name) {
    return tensors.stream().anyMatch(tensor -> tensor.name().equals(name));
  }

  /** The sizes in bytes, in the order of the request. */
  List<Long> byteSizes() {
    List<Long> sizes = new ArrayList<>();
    for (InputTensor tensor : tensors) {
      long elements = tensor.shape().elements();
      if (elements > Long.MAX_VALUE / Double.BYTES) {
        throw invalidArgument(
            "shape %s of input '%s' takes more bytes than any tensor can hold"
                .formatted(tensor.shape(), tensor.name()));
      }
      sizes.add(elements * dataType.byteSize());
    }
    return sizes;
  }

  /**
   * The shape of a tensor as a matrix; a vector is one of one column.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where the tensor is not there, is no matrix
   *     or vector, or is empty
   */
  Matrix matrix(String name, String expected) {
    Shape shape = shape(name, expected);
    boolean isMatrix = shape.rank() == 1 || shape.rank() == 2;
    long columns = isMatrix && shape.rank() == 2 ? shape.dimension(1) : 1;
    if (!isMatrix
        || shape.elements() == 0
        || shape.firstDimension() > Integer.MAX_VALUE
        || columns > Integer.MAX_VALUE) {
      throw invalidArgument(
          "input '%s' has the shape %s; expected %s, with at least one row and fewer than 2^31"
              .formatted(name, shape, expected));
    }
    return new Matrix((int) shape.firstDimension(), (int) columns);
  }

  /**
   * The same, with a number of rows that is known from another tensor.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where it has another
   */
  Matrix matrix(String name, String expected, int rows) {
    Matrix matrix = matrix(name, expected);
    if (matrix.rows() != rows) {
      throw invalidArgument(
          "input '%s' has %d rows; expected %d, as many as the others"
              .formatted(name, matrix.rows(), rows));
    }
    return matrix;
  }

  private Shape shape(String name, String expected) {
    for (InputTensor tensor : tensors) {
      if (tensor.name().equals(name)) {
        return tensor.shape();
      }
    }
    throw invalidArgument("input '%s' is missing; expected %s".formatted(name, expected));
  }

  /** How many rows and columns a tensor has. */
  record Matrix(int rows, int columns) {}

  /** Where a tensor's elements are, among the segments of all in the order of the request. */
  MemorySegment segment(String name, List<MemorySegment> segments) {
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i).name().equals(name)) {
        return segments.get(i);
      }
    }
    throw new IllegalStateException("this is a bug: there is no input " + name);
  }

  /** The columns of a tensor, as arrays. */
  List<double[]> columns(String name, Matrix shape, List<MemorySegment> segments) {
    MemorySegment tensor = segment(name, segments);
    List<double[]> columns = new ArrayList<>();
    for (int column = 0; column < shape.columns(); column++) {
      double[] values = new double[shape.rows()];
      for (int row = 0; row < values.length; row++) {
        values[row] = element(tensor, (long) row * shape.columns() + column);
      }
      columns.add(values);
    }
    return columns;
  }

  private double element(MemorySegment tensor, long index) {
    return dataType == DataType.FP64
        ? tensor.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, index)
        : tensor.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, index);
  }
}
