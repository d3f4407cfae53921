package dev.verhulst.benchmarks.pytorch;

import dev.verhulst.benchmarks.contender.Contender;
import dev.verhulst.benchmarks.contender.Operands;
import dev.verhulst.benchmarks.contender.Operation;
import dev.verhulst.benchmarks.contender.PreparedOperation;
import java.lang.foreign.MemorySegment;

/**
 * PyTorch on the CPU, through the operators that were measured fastest, all writing into memory
 * that is there already. The cross-entropy is composed of them, since the named operator, {@code
 * binary_cross_entropy_with_logits}, takes 1.2 (in cache) to 4 times (64 Mi elements) as long.
 */
public final class PyTorchContender implements Contender {

  private final Tensors tensors;
  private final Operators operators;
  private final MemorySegment one;
  private final MemorySegment minusOne;

  /** Above it softplus(x) is x in every type of up to 32 bits; PyTorch's own default. */
  private final MemorySegment threshold;

  /**
   * @param threads how many threads one operator may use
   */
  public PyTorchContender(int threads) {
    LibTorch library = new LibTorch(threads);
    tensors = new Tensors(library);
    operators = new Operators(library);
    one = operators.number(1);
    minusOne = operators.number(-1);
    threshold = operators.number(20);
  }

  @Override
  public PreparedOperation prepare(Operation operation, Operands operands) {
    MemorySegment x = vector(operands, operands.x());
    MemorySegment target = vector(operands, operands.target());
    MemorySegment y = vector(operands, operands.y());
    MemorySegment loss = tensors.scalar(operands.loss(), operands.dataType());
    MemorySegment scale = operators.number(1.0 / operands.elements());
    PreparedOperation prepared =
        switch (operation) {
          case SIGMOID, SIGMOID_IN_PLACE -> () -> operators.sigmoid(x, y);
          // log_sigmoid(x) = -softplus(-x), which is softplus with a beta of -1; as fast as
          // PyTorch's
          // log_sigmoid, which writes a second result for its gradient.
          case LOG_SIGMOID -> () -> operators.softplus(x, minusOne, threshold, y);
          case CROSS_ENTROPY -> () -> crossEntropy(x, target, y, loss);
          case CROSS_ENTROPY_AND_GRADIENT ->
              () -> {
                crossEntropy(x, target, y, loss);
                operators.sigmoid(x, y);
                operators.subtract(y, target);
                operators.multiply(y, scale);
              };
          case COPY, NEGATION_IN_PLACE ->
              throw new UnsupportedOperationException(operation + " is for plain memory");
        };
    return new PreparedOperation() {
      @Override
      public void run() throws Throwable {
        prepared.run();
      }

      @Override
      public void close() {
        tensors.delete(x);
        tensors.delete(target);
        tensors.delete(y);
        tensors.delete(loss);
      }
    };
  }

  @Override
  public void close() {}

  /** The mean of softplus(x) - x target, with y for what comes between. */
  private void crossEntropy(
      MemorySegment x, MemorySegment target, MemorySegment y, MemorySegment loss) throws Throwable {
    operators.softplus(x, one, threshold, y);
    operators.addProduct(y, x, target, minusOne);
    operators.mean(y, loss);
  }

  private MemorySegment vector(Operands operands, MemorySegment memory) {
    long elements = memory.byteSize() / operands.dataType().byteSize();
    return tensors.vector(memory, operands.dataType(), elements);
  }
}
