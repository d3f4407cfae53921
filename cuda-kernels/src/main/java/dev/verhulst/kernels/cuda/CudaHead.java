package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.TaskValidation;
import java.util.List;

/** A head on one GPU, its weights in device memory until it, or the device, is closed. */
final class CudaHead implements Head {

  private final CudaHeads owner;
  private final Kernels kernels;
  private final HeadProduct product;
  private final HeadWeights weights;
  private volatile boolean closed;

  CudaHead(CudaHeads owner, Kernels kernels, HeadProduct product, HeadWeights weights) {
    this.owner = owner;
    this.kernels = kernels;
    this.product = product;
    this.weights = weights;
  }

  /** Whether cuBLAS computes the products, not a kernel of our own. */
  boolean usesCublas() {
    return product instanceof CublasProduct;
  }

  @Override
  public void run(List<HeadTask> tasks) {
    TaskValidation.validateHeadTasks(
        weights.labels(), weights.features(), weights.dataType(), tasks);
    if (closed) {
      throw new IllegalStateException("the head is closed");
    }
    List<HeadTask> work =
        tasks.stream()
            .filter(task -> task.rows() > 0)
            .filter(task -> task.logits() != null || task.probabilities() != null)
            .toList();
    if (!work.isEmpty()) {
      new HeadCall(kernels, product, weights, work).run();
    }
  }

  /** Frees the weights; once the device is closed, which has freed them, this does nothing. */
  @Override
  public void close() {
    owner.close(this);
  }

  /** Frees the weights, once. */
  void free() {
    if (!closed) {
      closed = true;
      weights.free(kernels.pipeline().context());
    }
  }
}
