package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Relu;
import java.lang.foreign.Arena;
import jcuda.driver.CUstream;

/** A kernel that is made to read what no memory is at: the error that costs a process its GPU. */
public final class IllegalAddress {

  /** On the first page, which no device maps. */
  private static final long NOWHERE = 256;

  private IllegalAddress() {}

  /**
   * Runs it in the process's context.
   *
   * @return the name of the error that the driver reports, or that there was none
   */
  public static String inject(GpuUnderTest gpu) {
    CudaContext context = gpu.context();
    try (Arena arena = Arena.ofShared()) {
      return context.call(
          () -> {
            KernelModules modules = new KernelModules(gpu.computeCapability());
            CUstream stream = CudaDriver.createStream();
            KernelParameters parameters =
                new KernelParameters(arena)
                    .integer(NOWHERE)
                    .pointer(CudaDriver.allocate(NOWHERE))
                    .integer(1);
            CudaDriver.launch(
                modules.function("relu", KernelEntries.forward(new Relu(), DataType.FP32)),
                1,
                32,
                stream,
                parameters.addresses());
            CudaDriver.synchronize(stream);
            return "no error";
          });
    } catch (CudaException e) {
      return e.resultName();
    }
  }
}
