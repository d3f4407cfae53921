package dev.verhulst.benchmarks.kernels;

import dev.verhulst.benchmarks.contender.Operation;
import dev.verhulst.kernels.DataType;

/** What one row of the table compares: an operation over tensors of one type and size. */
record Measurement(Operation operation, DataType dataType, long elements) {

  /** As one line, which {@link #parse} reads. */
  String format() {
    return operation + " " + dataType + " " + elements;
  }

  static Measurement parse(String line) {
    String[] words = line.split(" ", 3);
    return new Measurement(
        Operation.valueOf(words[0]), DataType.valueOf(words[1]), Long.parseLong(words[2]));
  }
}
