package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.report.Median;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.PlacementProbe;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.cuda.Bus;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import dev.verhulst.kernels.cuda.GpuUnderTest.HostPath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sigmoid in FP32 from host memory to host memory, by size, on every path that there is and on
 * the CPU, beside what the bus carries both ways at once; and a batch of many small requests.
 */
final class PathSpeedStep extends GpuStep {

  private static final double GOAL = 0.85;
  private static final long GOAL_FROM_BYTES = 16 << 20;

  /** Full of this byte is a normal number. */
  static final byte NORMAL_NUMBERS = 0x3c;

  private static final long WARM_UP_BYTES = 1 << 16;
  private static final String CPU = "CPU";

  private final BatchSpeed batch;

  /** The median times in nanoseconds, by size, of the first path and of the CPU. */
  private final Map<Long, Double> ofGpu = new TreeMap<>();

  private final Map<Long, Double> ofCpu = new TreeMap<>();
  private double leastShare = Double.POSITIVE_INFINITY;
  private boolean complete = true;

  PathSpeedStep(GpuUnderTest gpu, VerifyPlan plan) {
    super("path", gpu, plan);
    batch = new BatchSpeed(plan.measurements());
  }

  @Override
  Outcome run(Deadline deadline) {
    double duplex = measureBus();
    for (HostPath path : GpuUnderTest.paths()) {
      try (Device device = gpu.open(path)) {
        warmUp(device);
        boolean first = path.equals(GpuUnderTest.paths().getFirst());
        measureSizes(device, path.name(), duplex, deadline, first ? ofGpu : new TreeMap<>());
        rows.add(batch.ofGpu(device, path.name()));
      }
    }
    try (CpuDevice cpu = new CpuDevice();
        Device device = gpu.open()) {
      warmUp(cpu);
      measureSizes(cpu, CPU, duplex, deadline, ofCpu);
      rows.add(batch.ofCpu(cpu, CPU));
      return new Outcome(
          Verdict.ofComplete(complete),
          String.format(
              Locale.ROOT,
              "bus %.1f GB/s both ways, %s; %s;"
                  + " the GPU is faster from: %s, as auto measures it: %s",
              duplex,
              shareOfBus(),
              batch.summary(),
              size(measuredCrossover()),
              size(chosenCrossover(cpu, device))),
          rows);
    }
  }

  private String shareOfBus() {
    return Double.isInfinite(leastShare)
        ? "nothing of %s or more was measured".formatted(Rows.size(GOAL_FROM_BYTES))
        : String.format(
            Locale.ROOT,
            "from %s on at least %.2f of it (goal %.2f)",
            Rows.size(GOAL_FROM_BYTES),
            leastShare,
            GOAL);
  }

  /** Lets the compiler see the loops around the driver, and those of the CPU, before they count. */
  private void warmUp(Device device) {
    Deadline enough =
        new Deadline(System::nanoTime, Duration.ofMillis(3L * plan.windowMilliseconds()));
    try (HostBuffer x = device.allocate(WARM_UP_BYTES);
        HostBuffer y = device.allocate(WARM_UP_BYTES)) {
      x.segment().fill(NORMAL_NUMBERS);
      long elements = WARM_UP_BYTES / Float.BYTES;
      while (!enough.isOver()) {
        device.run(
            new Sigmoid(),
            DataType.FP32,
            List.of(
                new ActivationTask(
                    elements, elements, x.segment(), null, null, y.segment(), null, null)));
      }
    }
  }

  private double measureBus() {
    long byteSize = Math.min(64 << 20, Collections.max(plan.pathBytes()));
    Bus bus = new Bus(gpu, System::nanoTime);
    double toDevice = rate(bus, new Bus.Ways(true, false), byteSize);
    double toHost = rate(bus, new Bus.Ways(false, true), byteSize);
    double both = rate(bus, new Bus.Ways(true, true), byteSize);
    rows.add(
        Rows.of(
            "path", "bus",
            "bytes", byteSize,
            "toDeviceGigabytesPerSecond", toDevice,
            "toHostGigabytesPerSecond", toHost,
            "bothGigabytesPerSecond", both));
    return both;
  }

  private double rate(Bus bus, Bus.Ways ways, long byteSize) {
    return Median.of(bus.gigabytesPerSecond(ways, byteSize, plan.measurements()));
  }

  private void measureSizes(
      Device device, String path, double duplex, Deadline deadline, Map<Long, Double> medians) {
    for (long byteSize : plan.pathBytes()) {
      if (deadline.isOver()) {
        complete = false;
        return;
      }
      try (HostBuffer x = device.allocate(byteSize);
          HostBuffer y = device.allocate(byteSize)) {
        double median = add(device, path, "own", x.segment(), y.segment(), duplex);
        medians.put(byteSize, median);
        boolean held = byteSize >= GOAL_FROM_BYTES && !path.equals(CPU);
        if (held) {
          leastShare = Math.min(leastShare, 2 * byteSize / median / duplex);
        }
      }
      try (Arena arena = Arena.ofShared()) {
        add(
            device,
            path,
            "plain",
            arena.allocate(byteSize, 64),
            arena.allocate(byteSize, 64),
            duplex);
      }
    }
  }

  /**
   * @param memory whether it is the device's own host memory
   * @return the median, in nanoseconds
   */
  private double add(
      Device device, String path, String memory, MemorySegment x, MemorySegment y, double duplex) {
    long byteSize = x.byteSize();
    x.fill(NORMAL_NUMBERS);
    long elements = byteSize / Float.BYTES;
    List<ActivationTask> tasks =
        List.of(new ActivationTask(elements, elements, x, null, null, y, null, null));
    double median =
        BatchSpeed.medianNanoseconds(
            device, tasks, byteSize < 1 << 20 ? 20 : 2, plan.measurements());
    double rate = 2 * byteSize / median;
    rows.add(
        Rows.of(
            "path", path,
            "memory", memory,
            "bytes", byteSize,
            "microseconds", median / 1e3,
            "gigabytesPerSecond", rate,
            "ofBus", rate / duplex));
    return median;
  }

  /** From which of the measured sizes on the GPU was faster. */
  private long measuredCrossover() {
    long crossover = PlacementProbe.NEVER;
    for (long byteSize : new TreeMap<>(ofGpu).descendingKeySet()) {
      Double onCpu = ofCpu.get(byteSize);
      if (onCpu == null || onCpu <= ofGpu.getOrDefault(byteSize, 0.0)) {
        return crossover;
      }
      crossover = byteSize;
    }
    return crossover;
  }

  /** What the service would choose, measured as it does. */
  private long chosenCrossover(Device cpu, Device device) {
    long chosen =
        new PlacementProbe(System::nanoTime)
            .crossoverBytes(cpu, device, new Sigmoid(), DataType.FP32, plan.pathBytes());
    rows.add(
        Rows.of("path", "crossover", "measuredBytes", measuredCrossover(), "chosenBytes", chosen));
    return chosen;
  }

  private static String size(long bytes) {
    return bytes == PlacementProbe.NEVER ? "no size" : Rows.size(bytes);
  }
}
