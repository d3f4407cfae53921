package dev.verhulst.service.device;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceKind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A placement by what was measured on this machine. The time of an execution is taken as a line: so
 * much for the call, and so much for each element; the GPU's line starts higher and, where it is of
 * use at all, rises less. What was not measured yet goes to the GPU from a fixed size on.
 * Thread-safe.
 */
final class MeasuredPlacement implements Placement {

  /** Where a call to a GPU, some tens of microseconds, is surely worth its while or surely not. */
  static final long UNMEASURED_GPU_FROM = 1 << 18;

  /** Two measured executions of a device. */
  record Times(long smallElements, double smallNanos, long largeElements, double largeNanos) {

    private double perElement() {
      return (largeNanos - smallNanos) / (largeElements - smallElements);
    }

    private double perCall() {
      return smallNanos - smallElements * perElement();
    }
  }

  private record Key(String function, DataType dataType) {}

  private final Map<Key, Long> gpuFrom = new ConcurrentHashMap<>();

  @Override
  public DeviceKind place(String function, DataType dataType, long elements) {
    long from = gpuFrom.getOrDefault(new Key(function, dataType), UNMEASURED_GPU_FROM);
    return elements >= from ? DeviceKind.CUDA : DeviceKind.CPU;
  }

  /** Takes note of what was measured for a function. */
  void measured(String function, DataType dataType, Times cpu, Times gpu) {
    gpuFrom.put(new Key(function, dataType), crossing(cpu, gpu));
  }

  /** From how many elements on the GPU is done first; {@link Long#MAX_VALUE} for never. */
  static long crossing(Times cpu, Times gpu) {
    double savedPerElement = cpu.perElement() - gpu.perElement();
    double extraPerCall = gpu.perCall() - cpu.perCall();
    if (savedPerElement <= 0) {
      return extraPerCall < 0 ? 0 : Long.MAX_VALUE;
    }
    return (long) Math.ceil(Math.max(0, extraPerCall / savedPerElement));
  }
}
