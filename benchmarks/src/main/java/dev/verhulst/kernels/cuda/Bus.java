package dev.verhulst.kernels.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import jcuda.driver.CUstream;

/**
 * The bus between host and GPU, measured by plain copies of page-locked memory: each way alone, and
 * both at once.
 */
public final class Bus {

  /** Copies that follow each other in one measurement. */
  private static final int TOGETHER = 8;

  /**
   * Which way bytes go at once.
   *
   * @param toDevice whether some go to the GPU
   * @param toHost whether some come from it
   */
  public record Ways(boolean toDevice, boolean toHost) {}

  private final GpuUnderTest gpu;
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime the clock, {@code System::nanoTime}
   */
  public Bus(GpuUnderTest gpu, LongSupplier nanoTime) {
    this.gpu = gpu;
    this.nanoTime = nanoTime;
  }

  /** How many bytes cross in a nanosecond, all ways together: GB/s, so many times measured. */
  public List<Double> gigabytesPerSecond(Ways ways, long byteSize, int measurements) {
    try (Resources resources = new Resources()) {
      CudaContext context = gpu.context();
      resources.onClose(context::close);
      // Resources of the context go before it.
      Resources ofContext = new Resources();
      resources.onClose(() -> context.release(ofContext::close));
      return context.call(() -> measure(ways, byteSize, measurements, ofContext));
    }
  }

  private List<Double> measure(Ways ways, long byteSize, int measurements, Resources resources) {
    List<Runnable> copies = new ArrayList<>();
    List<CUstream> streams = new ArrayList<>();
    for (boolean toDevice : new boolean[] {true, false}) {
      if (toDevice ? ways.toDevice() : ways.toHost()) {
        CUstream stream = CudaDriver.createStream();
        resources.onClose(() -> CudaDriver.destroyStream(stream));
        DeviceAddress device = CudaDriver.allocate(byteSize);
        resources.onClose(() -> CudaDriver.free(device));
        MemorySegment pages = PageAlignedMemory.allocate(byteSize);
        resources.onClose(() -> PageAlignedMemory.free(pages));
        CudaDriver.registerHost(pages);
        resources.onClose(() -> CudaDriver.unregisterHost(pages));
        HostAddress host = HostAddress.of(pages, 0);
        streams.add(stream);
        copies.add(
            toDevice
                ? () -> CudaDriver.copyToDevice(device, host, byteSize, stream)
                : () -> CudaDriver.copyToHost(host, device, byteSize, stream));
      }
    }
    List<Double> rates = new ArrayList<>();
    for (int i = -1; i < measurements; i++) {
      long start = nanoTime.getAsLong();
      for (int j = 0; j < TOGETHER; j++) {
        copies.forEach(Runnable::run);
      }
      streams.forEach(CudaDriver::synchronize);
      long nanos = Math.max(1, nanoTime.getAsLong() - start);
      if (i >= 0) {
        rates.add((double) byteSize * TOGETHER * copies.size() / nanos);
      }
    }
    return rates;
  }
}
