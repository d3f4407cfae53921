package dev.verhulst.benchmarks.contender;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.verhulst.client.protocol.BFloat16;
import dev.verhulst.kernels.DataType;
import java.lang.foreign.MemorySegment;

/** Single elements of a tensor in memory, as numbers. */
final class Elements {

  private Elements() {}

  static double get(MemorySegment memory, DataType dataType, long index) {
    return switch (dataType) {
      case FP16 -> Float.float16ToFloat(memory.getAtIndex(JAVA_SHORT, index));
      case BF16 -> BFloat16.toFloat(memory.getAtIndex(JAVA_SHORT, index));
      case FP32 -> memory.getAtIndex(JAVA_FLOAT, index);
      case FP64 -> memory.getAtIndex(JAVA_DOUBLE, index);
    };
  }

  static void set(MemorySegment memory, DataType dataType, long index, float value) {
    switch (dataType) {
      case FP16 -> memory.setAtIndex(JAVA_SHORT, index, Float.floatToFloat16(value));
      case BF16 -> memory.setAtIndex(JAVA_SHORT, index, BFloat16.fromFloat(value));
      case FP32 -> memory.setAtIndex(JAVA_FLOAT, index, value);
      case FP64 -> memory.setAtIndex(JAVA_DOUBLE, index, value);
    }
  }
}
