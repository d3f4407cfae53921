package dev.verhulst.service.device;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceKind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A placement by what was measured on this machine, for each function and type. What was not
 * measured yet goes to the GPU from a fixed size on. Thread-safe.
 */
final class MeasuredPlacement implements Placement {

  /** An input that takes the GPU's call, some tens of microseconds, to cross the bus. */
  static final long UNMEASURED_GPU_FROM_BYTES = 1 << 20;

  private record Key(String function, DataType dataType) {}

  private final Map<Key, Long> gpuFromBytes = new ConcurrentHashMap<>();

  @Override
  public DeviceKind place(String function, DataType dataType, long elements) {
    long from = gpuFromBytes.getOrDefault(new Key(function, dataType), UNMEASURED_GPU_FROM_BYTES);
    return elements * dataType.byteSize() >= from ? DeviceKind.CUDA : DeviceKind.CPU;
  }

  /**
   * Takes note of what was measured.
   *
   * @param fromBytes from how many bytes of input on the GPU is done first; {@link Long#MAX_VALUE}
   *     for never
   */
  void measured(String function, DataType dataType, long fromBytes) {
    gpuFromBytes.put(new Key(function, dataType), fromBytes);
  }
}
