package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceDetection;
import dev.verhulst.kernels.DeviceDetection.Available;
import dev.verhulst.kernels.DeviceDetection.Unavailable;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.DeviceUnavailableException;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.activation.Sigmoid;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The search for a GPU that works: one question after the other, each with one sentence for a no.
 * Nothing is printed, and JCuda is left alone, until the driver itself has said that there is a
 * GPU.
 */
public final class CudaDetection {

  private static final Logger LOG = LoggerFactory.getLogger(CudaDetection.class);

  /** The CUDA version that first took the version of the committed PTX, 7.0. */
  private static final int OLDEST_DRIVER = 11000;

  /** The compute capability that the PTX for older GPUs is made for. */
  private static final int OLDEST_GPU = 75;

  private static final float[] SAMPLE = {-2, -0.5f, 0, 0.5f, 2};
  private static final double TOLERANCE = 1e-6;

  private CudaDetection() {}

  /**
   * Looks for GPUs, opens them, and has each compute a few known values. Those that cannot be had
   * are left out, and a warning says why; they may join later, unless they never can. Where there
   * is none at all, that is the reason.
   *
   * @param ordinals which of the GPUs that the driver sees, from 0; none for all
   */
  public static DeviceDetection detect(List<Integer> ordinals) {
    return detect(ordinals, CudaOptions.DEFAULT, ProbeTimer.onThread());
  }

  /**
   * The same.
   *
   * @param tf32 whether cuBLAS may round the factors of FP32 products to TF32
   */
  public static DeviceDetection detect(List<Integer> ordinals, boolean tf32) {
    return detect(ordinals, CudaOptions.DEFAULT.withTf32(tf32), ProbeTimer.onThread());
  }

  static DeviceDetection detect(List<Integer> ordinals, CudaOptions options, ProbeTimer timer) {
    PageLockedMemory memory = new PageLockedMemory();
    Map<Integer, String> reasons = new LinkedHashMap<>();
    List<PoolMember> members = new ArrayList<>();
    for (int ordinal : ordinals.isEmpty() ? all() : ordinals) {
      switch (find(ordinal, options, memory)) {
        case Search.Works(CudaDevice device) -> members.add(new PoolMember(ordinal, device));
        case Search.Fails(String reason) -> {
          reasons.put(ordinal, reason);
          members.add(PoolMember.leftOut(ordinal, reason));
        }
        case Search.Unfit(String reason) -> reasons.put(ordinal, reason);
      }
    }
    if (members.stream().allMatch(PoolMember::isLeftOut)) {
      timer.close();
      return new Unavailable(together(reasons));
    }
    reasons.forEach(
        (ordinal, reason) -> LOG.warn("GPU {} is left out, because {}", ordinal, reason));
    members.stream().filter(PoolMember::isUsable).forEach(member -> member.device().join());
    return new Available(
        new CudaPool(members, memory, ordinal -> open(ordinal, options, memory), timer));
  }

  private static List<Integer> all() {
    int count = 1;
    try {
      count = DriverProbe.ask().deviceCount();
    } catch (DriverLibrary.NoDriverException | CudaException e) {
      // Looking for the first one says why there is none.
    }
    return IntStream.range(0, Math.max(count, 1)).boxed().toList();
  }

  private static String together(Map<Integer, String> reasons) {
    if (Set.copyOf(reasons.values()).size() == 1) {
      return reasons.values().iterator().next();
    }
    return reasons.entrySet().stream()
        .map(each -> "GPU " + each.getKey() + " cannot be used (" + each.getValue() + ")")
        .collect(Collectors.joining(", and "));
  }

  private static CudaDevice open(int ordinal, CudaOptions options, PageLockedMemory memory) {
    return switch (find(ordinal, options, memory)) {
      case Search.Works(CudaDevice device) -> device;
      case Search.Fails(String reason) -> throw new DeviceUnavailableException(reason);
      case Search.Unfit(String reason) -> throw new DeviceUnavailableException(reason);
    };
  }

  /** What came of looking for one GPU. */
  private sealed interface Search {

    record Works(CudaDevice device) implements Search {}

    /** It does not work at present. */
    record Fails(String reason) implements Search {}

    /** It never will, with this driver in this machine. */
    record Unfit(String reason) implements Search {}
  }

  /**
   * Looks for one GPU.
   *
   * @param memory the host memory that it is to compute on; it does not join it yet
   */
  private static Search find(int ordinal, CudaOptions options, PageLockedMemory memory) {
    try {
      return search(ordinal, options, memory);
    } catch (NativeLibraryException e) {
      return new Search.Unfit(String.valueOf(e.getMessage()));
    } catch (DeviceException e) {
      return new Search.Fails(String.valueOf(e.getMessage()));
    } catch (LinkageError e) {
      return new Search.Unfit("JCuda does not fit the driver (" + e.getMessage() + ")");
    }
  }

  private static Search search(int ordinal, CudaOptions options, PageLockedMemory memory) {
    if (!NativeLibrary.supportsThisPlatform()) {
      return new Search.Unfit("CUDA is supported on Linux on x86-64 only");
    }
    DriverProbe driver;
    try {
      driver = DriverProbe.ask();
    } catch (DriverLibrary.NoDriverException e) {
      return new Search.Unfit(String.valueOf(e.getMessage()));
    }
    if (driver.driverVersion() < OLDEST_DRIVER) {
      return new Search.Unfit(
          "the NVIDIA driver is too old: it supports CUDA %s, expected %s or newer"
              .formatted(version(driver.driverVersion()), version(OLDEST_DRIVER)));
    }
    if (driver.deviceCount() == 0) {
      return new Search.Unfit("the NVIDIA driver sees no GPU");
    }
    if (ordinal < 0 || ordinal >= driver.deviceCount()) {
      return new Search.Unfit(
          "there is no GPU %d: the driver sees %d, numbered from 0"
              .formatted(ordinal, driver.deviceCount()));
    }
    NativeLibrary.DRIVER.load();
    CudaGpu gpu = CudaGpu.of(ordinal);
    if (gpu.computeCapability() < OLDEST_GPU) {
      return new Search.Unfit(
          "the GPU is too old: %s, expected compute capability 7.5 or higher"
              .formatted(gpu.description()));
    }
    return tested(CudaDevice.open(gpu, options, memory));
  }

  /** A device that computes what it should, or none. */
  private static Search tested(CudaDevice device) {
    try {
      if (computesSigmoid(device)) {
        return new Search.Works(device);
      }
    } catch (RuntimeException | Error e) {
      try (device) {
        throw e;
      }
    }
    try (device) {
      return new Search.Fails(device.description() + " computed a wrong sigmoid");
    }
  }

  private static boolean computesSigmoid(CudaDevice device) {
    long byteSize = SAMPLE.length * (long) Float.BYTES;
    try (HostBuffer x = device.allocateOwn(byteSize);
        HostBuffer y = device.allocateOwn(byteSize)) {
      for (int i = 0; i < SAMPLE.length; i++) {
        x.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, SAMPLE[i]);
      }
      device.run(
          new Sigmoid(),
          DataType.FP32,
          List.of(
              new ActivationTask(
                  SAMPLE.length, SAMPLE.length, x.segment(), null, null, y.segment(), null, null)));
      for (int i = 0; i < SAMPLE.length; i++) {
        double expected = new Sigmoid().value(SAMPLE[i]);
        double actual = y.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i);
        if (!(Math.abs(actual - expected) <= TOLERANCE)) {
          return false;
        }
      }
      return true;
    }
  }

  private static String version(int driverVersion) {
    return driverVersion / 1000 + "." + driverVersion % 1000 / 10;
  }
}
