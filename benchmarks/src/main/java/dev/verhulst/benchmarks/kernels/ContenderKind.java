package dev.verhulst.benchmarks.kernels;

import dev.verhulst.benchmarks.contender.Contender;
import dev.verhulst.benchmarks.contender.MemoryContender;
import dev.verhulst.benchmarks.contender.Operation;
import dev.verhulst.benchmarks.contender.VerhulstContender;
import dev.verhulst.benchmarks.onnx.OnnxRuntimeContender;
import dev.verhulst.benchmarks.pytorch.PyTorchContender;
import dev.verhulst.kernels.DataType;

/** The contenders, and what each can be asked for. */
public enum ContenderKind {
  VERHULST("Verhulst"),
  ONNX_RUNTIME("ONNX Runtime"),
  PYTORCH("PyTorch"),
  MEMORY("copy");

  private final String label;

  ContenderKind(String label) {
    this.label = label;
  }

  /** How a table names it. */
  public String label() {
    return label;
  }

  /** Whether it computes the operation in the type. */
  public boolean supports(Operation operation, DataType dataType) {
    return switch (this) {
      case VERHULST, PYTORCH -> !operation.isMemoryOnly() && dataType != DataType.FP64;
      case ONNX_RUNTIME -> !operation.isMemoryOnly() && dataType == DataType.FP32;
      case MEMORY ->
          operation == Operation.COPY
              || (operation == Operation.NEGATION_IN_PLACE && dataType == DataType.FP32);
    };
  }

  /** Starts it, with that many threads for one operation. */
  public Contender open(int threads) {
    return switch (this) {
      case VERHULST -> new VerhulstContender(threads);
      case ONNX_RUNTIME -> new OnnxRuntimeContender(threads);
      case PYTORCH -> new PyTorchContender(threads);
      case MEMORY -> new MemoryContender(threads);
    };
  }
}
