package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/**
 * The first question to the NVIDIA driver: is it there, and how many GPUs does it see? It is asked
 * without JCuda, which throws a page of text where the driver is missing, and whose runtime library
 * cannot tell a missing driver from an old one.
 *
 * @param deviceCount how many GPUs the driver sees
 * @param driverVersion the newest CUDA version that the driver supports, e.g. 12060 for 12.6
 */
record DriverProbe(int deviceCount, int driverVersion) {

  /**
   * Asks.
   *
   * @throws DriverLibrary.NoDriverException where there is no driver
   * @throws CudaException where the driver says no
   */
  static DriverProbe ask() throws DriverLibrary.NoDriverException {
    DriverLibrary driver = DriverLibrary.load();
    driver.call("cuInit", new MemoryLayout[] {JAVA_INT}, 0);
    return new DriverProbe(
        number(driver, "cuDeviceGetCount"), number(driver, "cuDriverGetVersion"));
  }

  private static int number(DriverLibrary driver, String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(JAVA_INT);
      driver.call(function, new MemoryLayout[] {ADDRESS}, answer);
      return answer.get(JAVA_INT, 0);
    }
  }
}
