package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.TaskValidation;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heads of a device, and how their products are computed: by cuBLAS where it works, which the
 * first head finds out, otherwise by a plain kernel.
 */
final class CudaHeads {

  private static final Logger LOG = LoggerFactory.getLogger(CudaHeads.class);

  private final Kernels kernels;
  private final int computeCapability;
  private final Set<CudaHead> open = new LinkedHashSet<>();
  private final Resources resources = new Resources();
  private @Nullable HeadProduct product;
  private boolean closed;

  /**
   * @param computeCapability the device's, e.g. 75 for 7.5
   */
  CudaHeads(Kernels kernels, int computeCapability) {
    this.kernels = kernels;
    this.computeCapability = computeCapability;
  }

  /**
   * Prepares a head: copies its weights to the device, and compiles what it needs.
   *
   * @throws DeviceException where the device failed, or has no memory for the weights
   */
  synchronized CudaHead prepare(HeadParameters parameters, DataType dataType) {
    requireOpen(dataType);
    HeadProduct chosen =
        product == null ? kernels.pipeline().context().call(this::choose) : product;
    product = chosen;
    return prepare(parameters, dataType, chosen);
  }

  /** Prepares a head whose products a plain kernel computes, also where cuBLAS works. */
  synchronized CudaHead preparePlain(HeadParameters parameters, DataType dataType) {
    requireOpen(dataType);
    return prepare(parameters, dataType, plain());
  }

  private void requireOpen(DataType dataType) {
    TaskValidation.validateHead(dataType);
    if (closed) {
      throw new IllegalStateException("the device is closed");
    }
  }

  private CudaHead prepare(HeadParameters parameters, DataType dataType, HeadProduct chosen) {
    CudaContext context = kernels.pipeline().context();
    context.run(
        () -> {
          chosen.prepare(dataType);
          HeadCall.epilogue(kernels.modules(), dataType);
        });
    HeadWeights weights = HeadWeights.upload(kernels.pipeline(), parameters, dataType);
    CudaHead head = new CudaHead(this, kernels, chosen, weights);
    open.add(head);
    return head;
  }

  private HeadProduct choose() {
    Resources ofCublas = new Resources();
    try {
      CublasProduct found =
          CublasProduct.open(
              kernels.pipeline().streams().all(),
              CublasProduct.workspaceBytes(computeCapability),
              kernels.options().tf32(),
              ofCublas);
      resources.onClose(() -> kernels.pipeline().context().release(ofCublas::close));
      LOG.info("Heads compute their products with cuBLAS");
      return found;
    } catch (DeviceException e) {
      if (e instanceof CudaException ofDriver && ofDriver.isSticky()) {
        throw e;
      }
      DeviceException failure = ofCublas.closeAfter(e);
      LOG.info(
          "Heads compute their products with a plain kernel, slower than cuBLAS, because {}",
          failure.getMessage());
      return plain();
    }
  }

  private HeadProduct plain() {
    return new PlainProduct(kernels.modules(), kernels.launches());
  }

  synchronized void close(CudaHead head) {
    if (!closed) {
      open.remove(head);
      head.free();
    }
  }

  /** Frees what is still open, and prepares no more; no call is under way. */
  synchronized void close() {
    closed = true;
    open.forEach(head -> resources.onClose(head::free));
    open.clear();
    resources.close();
  }
}
