/** Models for ONNX Runtime, built in code: a graph of operators, encoded as ONNX protobuf. */
@NullMarked
package dev.verhulst.benchmarks.onnx;

import org.jspecify.annotations.NullMarked;
