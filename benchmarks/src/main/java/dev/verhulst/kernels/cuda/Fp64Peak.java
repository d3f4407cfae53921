package dev.verhulst.kernels.cuda;

import java.util.Optional;

/**
 * The FP64 instructions that a GPU executes at most: additions, multiplications and fused
 * multiply-adds, each of which counts as one.
 *
 * @param multiprocessors how many multiprocessors the GPU has
 * @param perMultiprocessorAndClock how many of them one executes in a clock cycle
 * @param clockKilohertz the clock that the driver gives as the highest
 */
public record Fp64Peak(int multiprocessors, int perMultiprocessorAndClock, int clockKilohertz) {

  /**
   * The peak of a GPU.
   *
   * @return empty where the driver does not say the clock, or the compute capability is not known
   */
  public static Optional<Fp64Peak> of(GpuUnderTest gpu) {
    int perClock = perMultiprocessorAndClock(gpu.computeCapability());
    int clock = gpu.clockKilohertz();
    return perClock == 0 || clock == 0
        ? Optional.empty()
        : Optional.of(new Fp64Peak(gpu.multiprocessors(), perClock, clock));
  }

  /**
   * From the table of the throughput of arithmetic instructions in NVIDIA's CUDA C++ Programming
   * Guide.
   *
   * @param computeCapability e.g. 90 for 9.0
   * @return 0 where it is not known
   */
  static int perMultiprocessorAndClock(int computeCapability) {
    return switch (computeCapability) {
      case 80 -> 32;
      case 90, 100 -> 64;
      case 75, 86, 89, 120 -> 2;
      default -> 0;
    };
  }

  public double instructionsPerSecond() {
    return 1e3 * clockKilohertz * multiprocessors * perMultiprocessorAndClock;
  }
}
