package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Devices on the fake driver, and tasks for them. */
final class OpenDevice {

  /** Staging memory for a few hundred elements, so that almost everything is cut. */
  static final CudaOptions TINY =
      new CudaOptions(3, 16 * CudaOptions.ALIGNMENT, 1, Transfer.AUTO, false);

  private OpenDevice() {}

  static CudaDevice open(CudaOptions options) {
    NativeLibrary.DRIVER.load();
    return CudaDevice.open(CudaGpu.of(0), options);
  }

  /** A task that asks for the value. */
  static ActivationTask forward(long elements, MemorySegment x, MemorySegment y) {
    return new ActivationTask(elements, elements, x, null, null, y, null, null);
  }

  static void run(
      CudaDevice device, Activation activation, DataType dataType, ActivationTask... tasks) {
    device.run(activation, dataType, List.of(tasks));
  }
}
