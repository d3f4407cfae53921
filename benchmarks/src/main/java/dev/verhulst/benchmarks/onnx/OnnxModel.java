package dev.verhulst.benchmarks.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * An ONNX model of FP32 tensors that is being built: inputs, nodes in the order of their execution,
 * outputs. Field numbers are those of onnx.proto (IR version 8, operator set 17).
 */
public final class OnnxModel {

  private static final int IR_VERSION = 8;
  private static final int OPERATOR_SET = 17;
  private static final int FLOAT = 1;
  private static final int INTEGER_ATTRIBUTE = 2;

  private final ProtobufMessage graph = new ProtobufMessage().string(2, "benchmark");

  /** Adds an input; no dimensions make it a scalar. */
  public OnnxModel input(String name, long... dimensions) {
    graph.message(11, valueInfo(name, dimensions));
    return this;
  }

  /** Adds an output; no dimensions make it a scalar. */
  public OnnxModel output(String name, long... dimensions) {
    graph.message(12, valueInfo(name, dimensions));
    return this;
  }

  /** Adds a scalar that is part of the model. */
  public OnnxModel constant(String name, float value) {
    byte[] raw = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array();
    graph.message(5, new ProtobufMessage().varint(2, FLOAT).string(8, name).bytes(9, raw));
    return this;
  }

  /** Adds a tensor that is part of the model. */
  public OnnxModel constant(String name, float[] values, long... dimensions) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    ProtobufMessage tensor = new ProtobufMessage();
    for (long dimension : dimensions) {
      tensor.varint(1, dimension);
    }
    graph.message(5, tensor.varint(2, FLOAT).string(8, name).bytes(9, raw.array()));
    return this;
  }

  /** Adds the node {@code rows · weightsᵀ + bias}. */
  public OnnxModel linear(String rows, String weights, String bias, String output) {
    ProtobufMessage transpose =
        new ProtobufMessage().string(1, "transB").varint(3, 1).varint(20, INTEGER_ATTRIBUTE);
    graph.message(1, nodeOf("Gemm", List.of(rows, weights, bias), output).message(5, transpose));
    return this;
  }

  /** Adds a node: an operator of the standard set, from values by their names to a new value. */
  public OnnxModel node(String operator, List<String> inputs, String output) {
    graph.message(1, nodeOf(operator, inputs, output));
    return this;
  }

  /** Adds the mean over all elements of a value, a scalar. */
  public OnnxModel mean(String input, String output) {
    ProtobufMessage keepDimensions =
        new ProtobufMessage().string(1, "keepdims").varint(3, 0).varint(20, INTEGER_ATTRIBUTE);
    graph.message(1, nodeOf("ReduceMean", List.of(input), output).message(5, keepDimensions));
    return this;
  }

  /** The model as the bytes of a {@code .onnx} file. */
  public byte[] toBytes() {
    return new ProtobufMessage()
        .varint(1, IR_VERSION)
        .message(7, graph)
        .message(8, new ProtobufMessage().string(1, "").varint(2, OPERATOR_SET))
        .toBytes();
  }

  private static ProtobufMessage nodeOf(String operator, List<String> inputs, String output) {
    ProtobufMessage node = new ProtobufMessage();
    inputs.forEach(input -> node.string(1, input));
    return node.string(2, output).string(3, output).string(4, operator);
  }

  private static ProtobufMessage valueInfo(String name, long[] dimensions) {
    ProtobufMessage shape = new ProtobufMessage();
    for (long dimension : dimensions) {
      shape.message(1, new ProtobufMessage().varint(1, dimension));
    }
    ProtobufMessage tensor = new ProtobufMessage().varint(1, FLOAT).message(2, shape);
    return new ProtobufMessage()
        .string(1, name)
        .message(2, new ProtobufMessage().message(1, tensor));
  }
}
