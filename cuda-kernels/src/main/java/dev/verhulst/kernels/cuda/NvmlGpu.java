package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.verhulst.kernels.DeviceReadings;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import org.jspecify.annotations.Nullable;

/**
 * A GPU as NVIDIA's management library sees it (NVML, https://docs.nvidia.com/deploy/nvml-api/). It
 * comes with the driver; where it is not there, or will not say something, nothing is made of it.
 * Thread-safe, as the library is.
 *
 * <p>Checked against an imitation of the library; not yet run on a device.
 */
final class NvmlGpu {

  static final String LIBRARY = "libnvidia-ml.so.1";

  private static final int UUID_LENGTH = 96;
  private static final MemoryLayout[] OF_DEVICE = {ADDRESS, ADDRESS};

  private final SymbolLookup functions;
  private final MemorySegment device;
  private final String uuid;
  private final @Nullable Long firstMillijoules;

  /** A function that is not there, or that said no. */
  private static final class NvmlException extends Exception {

    NvmlException(String message) {
      super(message);
    }
  }

  private NvmlGpu(SymbolLookup functions, String busId) throws NvmlException {
    this.functions = functions;
    try (Arena arena = Arena.ofConfined()) {
      call("nvmlInit_v2", new MemoryLayout[0]);
      MemorySegment handle = arena.allocate(ADDRESS);
      call("nvmlDeviceGetHandleByPciBusId_v2", OF_DEVICE, arena.allocateFrom(busId), handle);
      device = handle.get(ADDRESS, 0);
      MemorySegment text = arena.allocate(UUID_LENGTH);
      call(
          "nvmlDeviceGetUUID",
          new MemoryLayout[] {ADDRESS, ADDRESS, JAVA_INT},
          device,
          text,
          UUID_LENGTH);
      uuid = text.getString(0);
    }
    firstMillijoules = number("nvmlDeviceGetTotalEnergyConsumption", JAVA_LONG.byteSize());
  }

  /**
   * The GPU in that place of the bus.
   *
   * @return null where the library is not there, or does not know it
   */
  static @Nullable NvmlGpu find(String busId) {
    try {
      // Never closed: the library may have threads of its own.
      return new NvmlGpu(SymbolLookup.libraryLookup(LIBRARY, Arena.global()), busId);
    } catch (NvmlException | IllegalArgumentException | IllegalCallerException e) {
      return null;
    }
  }

  DeviceReadings readings() {
    Long milliwatts = number("nvmlDeviceGetPowerUsage", JAVA_INT.byteSize());
    Long limit = number("nvmlDeviceGetEnforcedPowerLimit", JAVA_INT.byteSize());
    Long millijoules = number("nvmlDeviceGetTotalEnergyConsumption", JAVA_LONG.byteSize());
    Long percent = null;
    Long total = null;
    Long used = null;
    try (Arena arena = Arena.ofConfined()) {
      // Of the GPU's time, and of its memory's: both in percent.
      MemorySegment utilization = struct("nvmlDeviceGetUtilizationRates", 2 * 4, arena);
      percent = utilization == null ? null : (long) utilization.get(JAVA_INT, 0);
      // Total, free and used.
      MemorySegment memory = struct("nvmlDeviceGetMemoryInfo", 3 * 8, arena);
      total = memory == null ? null : (Long) memory.get(JAVA_LONG, 0);
      used = memory == null ? null : (Long) memory.get(JAVA_LONG, 16);
    }
    return new DeviceReadings(
        uuid,
        total,
        used,
        percent == null ? null : percent / 100.0,
        thousandths(milliwatts, 0L),
        thousandths(limit, 0L),
        thousandths(millijoules, firstMillijoules));
  }

  private static @Nullable Double thousandths(@Nullable Long value, @Nullable Long from) {
    return value == null || from == null ? null : (value - from) / 1e3;
  }

  private @Nullable Long number(String function, long byteSize) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = struct(function, byteSize, arena);
      if (answer == null) {
        return null;
      }
      return byteSize == JAVA_INT.byteSize()
          ? Integer.toUnsignedLong(answer.get(JAVA_INT, 0))
          : answer.get(JAVA_LONG, 0);
    }
  }

  /** What a function writes; null where it says no. */
  private @Nullable MemorySegment struct(String function, long byteSize, Arena arena) {
    MemorySegment answer = arena.allocate(byteSize, JAVA_LONG.byteAlignment());
    try {
      call(function, OF_DEVICE, device, answer);
      return answer;
    } catch (NvmlException e) {
      return null;
    }
  }

  private void call(String function, MemoryLayout[] parameters, Object... arguments)
      throws NvmlException {
    MemorySegment address = functions.find(function).orElse(null);
    if (address == null) {
      throw new NvmlException(LIBRARY + " has no function " + function);
    }
    int result;
    try {
      result =
          (int)
              Linker.nativeLinker()
                  .downcallHandle(address, FunctionDescriptor.of(JAVA_INT, parameters))
                  .invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("this is a bug: " + function + " was called wrongly", e);
    }
    if (result != 0) {
      throw new NvmlException(function + " failed with " + result);
    }
  }
}
