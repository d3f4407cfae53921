package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jcuda.jcublas.cublasHandle;

/**
 * The product by cuBLAS: each stream has a handle and a workspace of its own, so that products of
 * several calls run beside each other and no call allocates.
 */
final class CublasProduct implements HeadProduct {

  private static final long MEBIBYTE = 1 << 20;

  /** From this compute capability on, cuBLAS wants the larger workspace. */
  private static final int HOPPER = 90;

  private final Map<StagedStream, cublasHandle> handles = new IdentityHashMap<>();

  /** Numbers that cuBLAS reads during a call: 1 in FP32, 1 in FP64, and 0 in either. */
  private final MemorySegment constants = Arena.ofAuto().allocate(3 * Double.BYTES, Double.BYTES);

  private final HostAddress fp32One = HostAddress.of(constants, 0);
  private final HostAddress fp64One = HostAddress.of(constants, Double.BYTES);
  private final HostAddress zero = HostAddress.of(constants, 2 * Double.BYTES);

  private CublasProduct() {
    constants.set(JAVA_FLOAT, 0, 1);
    constants.set(JAVA_DOUBLE, Double.BYTES, 1);
  }

  /**
   * Loads cuBLAS and creates the handles, which live until the resources are closed.
   *
   * @param workspaceBytes how much device memory each stream's products may use
   * @param tf32 whether FP32 products may round their factors to TF32
   * @throws dev.verhulst.kernels.DeviceException where cuBLAS cannot be had
   */
  static CublasProduct open(
      List<StagedStream> streams, long workspaceBytes, boolean tf32, Resources resources) {
    Cublas.load();
    CublasProduct product = new CublasProduct();
    for (StagedStream stream : streams) {
      DeviceAddress workspace = CudaDriver.allocate(workspaceBytes);
      resources.onClose(() -> CudaDriver.free(workspace));
      cublasHandle handle = Cublas.create();
      resources.onClose(() -> Cublas.destroy(handle));
      Cublas.setStream(handle, stream.stream());
      Cublas.setWorkspace(handle, workspace, workspaceBytes);
      Cublas.allowTf32(handle, tf32);
      product.handles.put(stream, handle);
    }
    return product;
  }

  /** What NVIDIA recommends with {@code cublasSetWorkspace}. */
  static long workspaceBytes(int computeCapability) {
    return (computeCapability >= HOPPER ? 32 : 4) * MEBIBYTE;
  }

  @Override
  public void prepare(DataType dataType) {
    // The handles serve both types.
  }

  @Override
  public void compute(
      StagedStream stream, HeadWeights weights, DeviceAddress x, DeviceAddress out, int rows) {
    cublasHandle handle = Objects.requireNonNull(handles.get(stream));
    HostAddress one = weights.dataType() == DataType.FP64 ? fp64One : fp32One;
    Cublas.product(handle, weights, x, out, rows, one, zero);
  }
}
