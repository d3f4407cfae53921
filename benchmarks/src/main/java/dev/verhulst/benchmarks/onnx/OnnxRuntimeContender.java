package dev.verhulst.benchmarks.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.verhulst.benchmarks.contender.Contender;
import dev.verhulst.benchmarks.contender.Operands;
import dev.verhulst.benchmarks.contender.Operation;
import dev.verhulst.benchmarks.contender.PreparedOperation;
import dev.verhulst.kernels.DataType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * ONNX Runtime on the CPU, in FP32: a session per operation and size, all optimisations on, inputs
 * read and outputs written where the operands lie.
 */
public final class OnnxRuntimeContender implements Contender {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final int threads;

  /**
   * @param threads how many threads one operator may use
   */
  public OnnxRuntimeContender(int threads) {
    this.threads = threads;
  }

  @Override
  public PreparedOperation prepare(Operation operation, Operands operands) throws OrtException {
    if (operands.dataType() != DataType.FP32) {
      throw new UnsupportedOperationException("ONNX Runtime is measured in FP32 alone");
    }
    OrtSession session = session(operation, operands.elements());
    Map<String, OnnxTensor> tensors = new HashMap<>();
    tensors.put("x", tensor(operands.x(), operands.elements()));
    tensors.put("target", tensor(operands.target(), operands.target().byteSize() / Float.BYTES));
    tensors.put("y", tensor(operands.y(), operands.elements()));
    tensors.put("loss", tensor(operands.loss()));
    Map<String, OnnxTensor> inputs = chosen(tensors, session.getInputNames());
    Map<String, OnnxTensor> outputs = chosen(tensors, session.getOutputNames());
    return new PreparedOperation() {
      @Override
      public void run() throws OrtException {
        session.run(inputs, outputs).close();
      }

      @Override
      public void close() {
        try {
          session.close();
        } catch (OrtException failure) {
          throw new IllegalStateException("ONNX Runtime failed to close a session", failure);
        }
        tensors.values().forEach(OnnxTensor::close);
      }
    };
  }

  @Override
  public void close() {}

  private OrtSession session(Operation operation, long elements) throws OrtException {
    try (SessionOptions options = new SessionOptions()) {
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(threads);
      return environment.createSession(Graphs.of(operation, elements).toBytes(), options);
    }
  }

  private OnnxTensor tensor(MemorySegment memory, long... shape) throws OrtException {
    return OnnxTensor.createTensor(
        environment, memory.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer(), shape);
  }

  private static Map<String, OnnxTensor> chosen(
      Map<String, OnnxTensor> tensors, Set<String> names) {
    Map<String, OnnxTensor> chosen = new HashMap<>(tensors);
    chosen.keySet().retainAll(names);
    return chosen;
  }
}
