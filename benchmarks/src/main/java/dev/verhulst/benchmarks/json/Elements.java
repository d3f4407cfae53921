package dev.verhulst.benchmarks.json;

import dev.verhulst.client.protocol.BFloat16;
import dev.verhulst.client.protocol.Float16;
import dev.verhulst.kernels.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A tensor's elements as Java's numbers: as float where that holds them all, or as double. */
final class Elements {

  private Elements() {}

  static float asFloat(DataType dataType, MemorySegment tensor, int index) {
    return switch (dataType) {
      case FP16 -> Float16.toFloat(tensor.getAtIndex(ValueLayout.JAVA_SHORT, index));
      case BF16 -> BFloat16.toFloat(tensor.getAtIndex(ValueLayout.JAVA_SHORT, index));
      case FP32 -> tensor.getAtIndex(ValueLayout.JAVA_FLOAT, index);
      case FP64 -> throw new IllegalArgumentException("FP64 does not fit a float");
    };
  }

  static void put(DataType dataType, MemorySegment tensor, int index, double value) {
    switch (dataType) {
      case FP16 -> tensor.setAtIndex(ValueLayout.JAVA_SHORT, index, Float16.fromDouble(value));
      case BF16 -> tensor.setAtIndex(ValueLayout.JAVA_SHORT, index, BFloat16.fromDouble(value));
      case FP32 -> tensor.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
      case FP64 -> tensor.setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
    }
  }
}
