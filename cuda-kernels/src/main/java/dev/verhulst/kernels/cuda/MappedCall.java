package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element-wise activation of tensors in page-locked memory, which the kernel itself reads and
 * writes over the bus: one launch for all tensors and all their outputs, and no copies.
 */
final class MappedCall {

  /** Below how many bytes of input a tensor is not cut: several accesses of every thread. */
  private static final long SMALLEST_PIECE_BYTES = 8 << 10;

  /** Into how many pieces large tensors are cut: several for each block of the largest GPUs. */
  private static final long PIECES = MappedPieces.CAPACITY / 2;

  private final Kernels kernels;
  private final PageLockedMemory memory;
  private final DataType dataType;
  private final KernelSignature signature;

  /**
   * @param memory where the streams' tables of pieces come from
   */
  MappedCall(
      Kernels kernels,
      PageLockedMemory memory,
      ElementwiseActivation activation,
      DataType dataType) {
    this.kernels = kernels;
    this.memory = memory;
    this.dataType = dataType;
    this.signature = KernelSignature.of(activation);
  }

  /**
   * Computes tensors that all lie in page-locked memory; those that are empty or ask for nothing
   * are passed over.
   */
  void run(List<ActivationTask> tasks) {
    long elements = 0;
    for (ActivationTask task : tasks) {
      elements += asksForSomething(task) ? task.elements() : 0;
    }
    if (elements > 0) {
      long limit = pieceElements(elements, dataType);
      kernels.pipeline().run(1, streams -> compute(tasks, limit, streams.next()));
    }
  }

  /**
   * How many elements a piece has at most, so that pieces start at addresses that are as aligned as
   * their tensor.
   *
   * @param elements how many the call has
   */
  static long pieceElements(long elements, DataType dataType) {
    long unit = CudaOptions.ALIGNMENT / dataType.byteSize();
    long smallest = SMALLEST_PIECE_BYTES / dataType.byteSize();
    return Math.max(smallest, GatherPlan.roundUp(Math.ceilDiv(elements, PIECES), unit));
  }

  private static boolean asksForSomething(ActivationTask task) {
    return task.y() != null || task.dyDx() != null || task.gradX() != null;
  }

  private void compute(List<ActivationTask> tasks, long limit, StagedStream stream) {
    MappedPieces pieces = stream.pieces(memory, kernels.pipeline().context());
    pieces.clear();
    for (ActivationTask task : tasks) {
      if (asksForSomething(task)) {
        for (long start = 0; start < task.elements(); start += limit) {
          if (pieces.isFull()) {
            launch(pieces, stream);
            stream.synchronize();
            pieces.clear();
          }
          add(task, start, Math.min(limit, task.elements() - start), pieces);
        }
      }
    }
    launch(pieces, stream);
  }

  private void add(ActivationTask task, long start, long elements, MappedPieces pieces) {
    long offset = start * dataType.byteSize();
    MemorySegment gradX = task.gradX();
    pieces.add(
        address(task.x(), offset),
        address(gradX == null ? null : task.gradY(), offset),
        address(task.y(), offset),
        address(task.dyDx(), offset),
        address(gradX, offset),
        elements);
  }

  private static long address(@Nullable MemorySegment tensor, long offset) {
    return tensor == null ? 0 : tensor.address() + offset;
  }

  private void launch(MappedPieces pieces, StagedStream stream) {
    KernelParameters parameters =
        stream.parameters().integer(pieces.address()).integer(pieces.count());
    signature.numbers().forEach(number -> parameters.number(number, dataType));
    stream.launch(
        kernels.modules().function(signature.mappedModule(), signature.mappedEntry(dataType)),
        kernels.launches().pieces(pieces.count()));
  }
}
