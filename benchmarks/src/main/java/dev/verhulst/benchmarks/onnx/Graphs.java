package dev.verhulst.benchmarks.onnx;

import dev.verhulst.benchmarks.contender.Operation;
import java.util.List;

/**
 * The ONNX graph of each operation: of those tried, the one that ONNX Runtime runs fastest, even
 * where it is less accurate in the tails. Inputs are {@code x} and {@code target}, outputs {@code
 * y} and {@code loss}.
 */
final class Graphs {

  private Graphs() {}

  /** A model of vectors with that many elements. */
  static OnnxModel of(Operation operation, long elements) {
    OnnxModel model = new OnnxModel().input("x", elements);
    return switch (operation) {
      case SIGMOID, SIGMOID_IN_PLACE ->
          model.node("Sigmoid", List.of("x"), "y").output("y", elements);
      // Six times as fast as -Softplus(-x), at the cost of its digits near 0 and below -88.
      case LOG_SIGMOID ->
          model
              .node("Sigmoid", List.of("x"), "s")
              .node("Log", List.of("s"), "y")
              .output("y", elements);
      case CROSS_ENTROPY -> crossEntropy(model, elements);
      case CROSS_ENTROPY_AND_GRADIENT ->
          crossEntropy(model, elements)
              .constant("scale", 1f / elements)
              .node("Sub", List.of("s", "target"), "difference")
              .node("Mul", List.of("difference", "scale"), "y")
              .output("y", elements);
      case COPY, NEGATION_IN_PLACE ->
          throw new UnsupportedOperationException(operation + " is for plain memory");
    };
  }

  /** The mean of (x - x target) - log(sigmoid(x)): five times as fast as Softplus(x) - x target. */
  private static OnnxModel crossEntropy(OnnxModel model, long elements) {
    return model
        .input("target", elements)
        .node("Sigmoid", List.of("x"), "s")
        .node("Log", List.of("s"), "log")
        .node("Mul", List.of("x", "target"), "product")
        .node("Sub", List.of("x", "product"), "rest")
        .node("Sub", List.of("rest", "log"), "losses")
        .mean("losses", "loss")
        .output("loss");
  }
}
