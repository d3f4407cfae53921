package dev.verhulst.benchmarks.heads;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.verhulst.benchmarks.contender.PreparedOperation;
import dev.verhulst.benchmarks.onnx.OnnxModel;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.cpu.CpuHead;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/** Who computes heads, each called in the way that is fastest for it. */
enum HeadContender {
  VERHULST("Verhulst") {
    @Override
    PreparedOperation prepare(HeadOperands operands, int threads) {
      CpuDevice device = new CpuDevice(threads);
      CpuHead head = device.head(operands.parameters(), DataType.FP32);
      // As whoever loads a model does.
      head.warmUp(WARM_UP);
      List<HeadTask> tasks =
          List.of(new HeadTask(operands.shape().batch(), operands.x, null, operands.y));
      return new PreparedOperation() {
        @Override
        public void run() {
          head.run(tasks);
        }

        @Override
        public void close() {
          head.close();
          device.close();
        }
      };
    }
  },

  /** Gemm and Sigmoid, weights in the model, inputs and outputs where they lie. */
  ONNX_RUNTIME("ONNX Runtime") {
    @Override
    PreparedOperation prepare(HeadOperands operands, int threads) throws OrtException {
      HeadShape shape = operands.shape();
      OnnxModel model =
          new OnnxModel()
              .input("x", shape.batch(), shape.features())
              .constant("w", operands.weights, shape.labels(), shape.features())
              .constant("b", operands.bias, shape.labels())
              .linear("x", "w", "b", "z")
              .node("Sigmoid", List.of("z"), "y")
              .output("y", shape.batch(), shape.labels());
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      OrtSession session;
      try (SessionOptions options = new SessionOptions()) {
        options.setOptimizationLevel(OptLevel.ALL_OPT);
        options.setIntraOpNumThreads(threads);
        session = environment.createSession(model.toBytes(), options);
      }
      OnnxTensor x = tensor(environment, operands.x, shape.batch(), shape.features());
      OnnxTensor y = tensor(environment, operands.y, shape.batch(), shape.labels());
      Map<String, OnnxTensor> inputs = Map.of("x", x);
      Map<String, OnnxTensor> outputs = Map.of("y", y);
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
          x.close();
          y.close();
        }
      };
    }

    private OnnxTensor tensor(OrtEnvironment environment, MemorySegment memory, long... dimensions)
        throws OrtException {
      return OnnxTensor.createTensor(
          environment,
          memory.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer(),
          dimensions);
    }
  },

  /** OpenBLAS for the product, our own sigmoid: what this project would be without its product. */
  OPENBLAS("OpenBLAS") {
    @Override
    PreparedOperation prepare(HeadOperands operands, int threads) {
      HeadShape shape = operands.shape();
      openblas.blas_set_num_threads(threads);
      CpuDevice device = new CpuDevice(threads);
      FloatPointer w = new FloatPointer(operands.weights);
      FloatPointer x = pointer(operands.x);
      FloatPointer y = pointer(operands.y);
      MemorySegment bias = MemorySegment.ofArray(operands.bias);
      ActivationTask sigmoid =
          new ActivationTask(
              (long) shape.batch() * shape.labels(),
              shape.labels(),
              operands.y,
              null,
              null,
              operands.y,
              null,
              null);
      return new PreparedOperation() {
        @Override
        public void run() {
          for (long row = 0; row < shape.batch(); row++) {
            MemorySegment.copy(bias, 0, operands.y, row * bias.byteSize(), bias.byteSize());
          }
          openblas.cblas_sgemm(
              openblas.CblasRowMajor,
              openblas.CblasNoTrans,
              openblas.CblasTrans,
              shape.batch(),
              shape.labels(),
              shape.features(),
              1,
              x,
              shape.features(),
              w,
              shape.features(),
              1,
              y,
              shape.labels());
          device.run(new Sigmoid(), DataType.FP32, List.of(sigmoid));
        }

        @Override
        public void close() {
          device.close();
          w.close();
        }
      };
    }

    private FloatPointer pointer(MemorySegment memory) {
      return new FloatPointer(memory.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer());
    }
  };

  private static final Duration WARM_UP = Duration.ofSeconds(5);

  private final String label;

  HeadContender(String label) {
    this.label = label;
  }

  /** How a table names it. */
  String label() {
    return label;
  }

  /** Makes a head ready to run, with that many threads. */
  abstract PreparedOperation prepare(HeadOperands operands, int threads) throws Exception;
}
