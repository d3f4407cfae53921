package dev.verhulst.kernels.cuda;

import static jcuda.jcublas.cublasOperation.CUBLAS_OP_N;
import static jcuda.jcublas.cublasOperation.CUBLAS_OP_T;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import jcuda.Pointer;
import jcuda.driver.CUstream;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.runtime.cudaStream_t;

/**
 * The functions of cuBLAS that the backend uses, each with its status checked: no other class calls
 * JCuda's cuBLAS. All of them throw {@link CublasException}, and all but the first want {@link
 * #load} to have returned and the context to be current in the calling thread.
 */
final class Cublas {

  /** Part of the CUDA toolkit 12, not of the driver. */
  static final String LIBRARY = "libcublas.so.12";

  private Cublas() {}

  /**
   * Loads cuBLAS, and JCuda's library on top of it, which prints a page of text where there is
   * none.
   *
   * @throws NativeLibraryException where one of them cannot be had
   */
  static void load() {
    try {
      SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new NativeLibraryException(
          "there is no cuBLAS 12 (%s or libcublasLt.so.12 was not found)".formatted(LIBRARY), e);
    }
    NativeLibrary.CUBLAS.load();
    JCublas2.setExceptionsEnabled(false);
  }

  private static void check(String call, int status) {
    if (status != 0) {
      throw new CublasException(call, status);
    }
  }

  /**
   * Creates a handle, for one stream and one thread at a time. Where it fails there is none: a call
   * with what cuBLAS left behind would end the process.
   */
  static cublasHandle create() {
    cublasHandle handle = new cublasHandle();
    check("cublasCreate", JCublas2.cublasCreate(handle));
    return handle;
  }

  static void destroy(cublasHandle handle) {
    check("cublasDestroy", JCublas2.cublasDestroy(handle));
  }

  /** Sets the stream, which takes the handle's own workspace away. */
  static void setStream(cublasHandle handle, CUstream stream) {
    check("cublasSetStream", JCublas2.cublasSetStream(handle, new cudaStream_t(stream)));
  }

  static void setWorkspace(cublasHandle handle, DeviceAddress workspace, long byteSize) {
    check("cublasSetWorkspace", JCublas2.cublasSetWorkspace(handle, workspace, byteSize));
  }

  /** Whether FP32 products may round their factors to TF32, which has 10 bits of fraction. */
  static void allowTf32(cublasHandle handle, boolean allowed) {
    int mode = allowed ? cublasMath.CUBLAS_TF32_TENSOR_OP_MATH : cublasMath.CUBLAS_DEFAULT_MATH;
    check("cublasSetMathMode", JCublas2.cublasSetMathMode(handle, mode));
  }

  /**
   * Computes x wᵀ, all row-major. cuBLAS reads a matrix by columns, so what it computes is w xᵀ.
   *
   * @param weights whose matrix is w, [labels, features]
   * @param x [rows, features]
   * @param out [rows, labels]
   * @param one the number 1 on the host
   * @param zero the number 0 on the host
   */
  static void product(
      cublasHandle handle,
      HeadWeights weights,
      DeviceAddress x,
      DeviceAddress out,
      int rows,
      HostAddress one,
      HostAddress zero) {
    boolean wide = weights.dataType() == DataType.FP64;
    Gemm gemm = wide ? JCublas2::cublasDgemm : JCublas2::cublasSgemm;
    int labels = weights.labels();
    int features = weights.features();
    check(
        wide ? "cublasDgemm" : "cublasSgemm",
        gemm.compute(
            handle,
            CUBLAS_OP_T,
            CUBLAS_OP_N,
            labels,
            rows,
            features,
            one,
            weights.weights(),
            features,
            x,
            features,
            zero,
            out,
            labels));
  }

  /** C = alpha op(A) op(B) + beta C, matrices by columns, as cuBLAS has it in each type. */
  private interface Gemm {
    int compute(
        cublasHandle handle,
        int opA,
        int opB,
        int rowsOfC,
        int columnsOfC,
        int depth,
        Pointer alpha,
        Pointer a,
        int strideOfA,
        Pointer b,
        int strideOfB,
        Pointer beta,
        Pointer c,
        int strideOfC);
  }
}
