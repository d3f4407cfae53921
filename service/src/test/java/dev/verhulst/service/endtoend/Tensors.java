package dev.verhulst.service.endtoend;

import dev.verhulst.client.inference.Tensor;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.reference.ReferenceValue;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Tensors of numbers that are exact in their type. */
final class Tensors {

  private Tensors() {}

  static Tensor of(DataType dataType, double[] values, long... shape) {
    return switch (dataType) {
      case FP64 -> Tensor.of(values, shape);
      case FP32 -> Tensor.of(floats(values), shape);
      case FP16 -> Tensor.fp16(floats(values), shape);
      case BF16 -> Tensor.bf16(floats(values), shape);
    };
  }

  static Tensor of(
      DataType dataType,
      List<ReferenceValue> rows,
      ToDoubleFunction<ReferenceValue> value,
      long... shape) {
    return of(dataType, rows.stream().mapToDouble(value).toArray(), shape);
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
