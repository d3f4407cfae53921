package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.report.Median;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a batch of 1,000 requests of 1 KiB takes in one call: the time, the launches, and the
 * processor time of the thread that makes the call, which is the host's work without its waiting.
 */
final class BatchSpeed {

  private static final int REQUESTS = 1000;
  private static final int REQUEST_BYTES = 1024;
  private static final int WARM_UPS = 20;
  private static final long GOAL_LAUNCHES = 1;
  private static final long GOAL_HOST_MICROSECONDS = 50;

  private final int measurements;
  private String ofFirst = "";

  BatchSpeed(int measurements) {
    this.measurements = measurements;
  }

  /**
   * Measures a GPU; the first one that is measured is that of the summary.
   *
   * @return the row for the record
   */
  Map<String, Object> ofGpu(Device device, String path) {
    try (Batch batch = new Batch(device)) {
      double microseconds = batch.microseconds();
      long before = GpuUnderTest.launches(device);
      double host = batch.hostMicroseconds();
      long launches = (GpuUnderTest.launches(device) - before) / measurements;
      if (ofFirst.isEmpty()) {
        ofFirst =
            String.format(
                Locale.ROOT,
                "%d requests of %s in %.0f µs: launches %d (goal %d), host time %.0f µs (goal %d)",
                REQUESTS,
                Rows.size(REQUEST_BYTES),
                microseconds,
                launches,
                GOAL_LAUNCHES,
                host,
                GOAL_HOST_MICROSECONDS);
      }
      Map<String, Object> row = row(path, microseconds, host);
      row.put("launches", launches);
      return row;
    }
  }

  /** Measures the CPU, which launches nothing. */
  Map<String, Object> ofCpu(CpuDevice device, String path) {
    try (Batch batch = new Batch(device)) {
      return row(path, batch.microseconds(), batch.hostMicroseconds());
    }
  }

  private static Map<String, Object> row(String path, double microseconds, double host) {
    return Rows.of(
        "path", path,
        "requests", REQUESTS,
        "bytes", REQUEST_BYTES,
        "microseconds", microseconds,
        "hostMicroseconds", host);
  }

  String summary() {
    return ofFirst;
  }

  /** How long a call takes, in nanoseconds: the median of so many. */
  static double medianNanoseconds(
      Device device, List<ActivationTask> tasks, int warmUps, int measurements) {
    List<Double> nanoseconds = new ArrayList<>();
    for (int i = -warmUps; i < measurements; i++) {
      long start = System.nanoTime();
      device.run(new Sigmoid(), DataType.FP32, tasks);
      if (i >= 0) {
        nanoseconds.add((double) (System.nanoTime() - start));
      }
    }
    return Median.of(nanoseconds);
  }

  /** The requests, in memory of the device's own. */
  private final class Batch implements AutoCloseable {

    private final Device device;
    private final HostBuffer x;
    private final HostBuffer y;
    private final List<ActivationTask> tasks = new ArrayList<>();

    Batch(Device device) {
      this.device = device;
      x = device.allocate((long) REQUESTS * REQUEST_BYTES);
      y = device.allocate((long) REQUESTS * REQUEST_BYTES);
      x.segment().fill(PathSpeedStep.NORMAL_NUMBERS);
      long elements = REQUEST_BYTES / Float.BYTES;
      for (long i = 0; i < REQUESTS; i++) {
        MemorySegment from = x.segment().asSlice(i * REQUEST_BYTES, REQUEST_BYTES);
        MemorySegment to = y.segment().asSlice(i * REQUEST_BYTES, REQUEST_BYTES);
        tasks.add(new ActivationTask(elements, elements, from, null, null, to, null, null));
      }
    }

    double microseconds() {
      return medianNanoseconds(device, tasks, WARM_UPS, measurements) / 1e3;
    }

    double hostMicroseconds() {
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      for (int i = 0; i < measurements; i++) {
        device.run(new Sigmoid(), DataType.FP32, tasks);
      }
      long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      return (after - before) / 1e3 / measurements;
    }

    @Override
    public void close() {
      y.close();
      x.close();
    }
  }
}
