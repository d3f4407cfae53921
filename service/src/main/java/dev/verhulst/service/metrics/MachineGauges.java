package dev.verhulst.service.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Exposes how the machine stands, whichever process takes it up, from Linux' {@code /proc}
 * (proc(5)); nothing where there is none.
 */
public final class MachineGauges implements MeterBinder {

  private static final int IDLE = 3;
  private static final int WAITING_FOR_DISKS = 4;

  /** What comes after is part of what came before. */
  private static final int STEAL = 7;

  private final Path stat;
  private final Path memory;
  private long total;
  private long idle;

  public MachineGauges() {
    this(Path.of("/proc"));
  }

  MachineGauges(Path proc) {
    stat = proc.resolve("stat");
    memory = proc.resolve("meminfo");
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    if (!Files.isReadable(stat) || !Files.isReadable(memory)) {
      return;
    }
    utilization(); // the next one is the mean since this one
    gauge(registry, Metric.CPU_UTILIZATION, MachineGauges::utilization);
    gauge(registry, Metric.CPU_MEMORY_TOTAL, each -> each.memory("MemTotal"));
    gauge(
        registry,
        Metric.CPU_MEMORY_USED,
        each -> each.memory("MemTotal") - each.memory("MemAvailable"));
  }

  private void gauge(MeterRegistry registry, Metric metric, ToDoubleFunction<MachineGauges> value) {
    Gauge.builder(metric.exposed(), this, value)
        .description(metric.help())
        .strongReference(true)
        .register(registry);
  }

  /** The part of all processors' time since the last call in which they worked. */
  private synchronized double utilization() {
    try {
      String line = Files.readAllLines(stat).getFirst();
      long[] times = Arrays.stream(line.split("\\s+")).skip(1).mapToLong(Long::parseLong).toArray();
      long nowTotal = Arrays.stream(times).limit(STEAL + 1).sum();
      long nowIdle = times[IDLE] + times[WAITING_FOR_DISKS];
      long passed = nowTotal - total;
      double utilization = passed == 0 ? 0 : 1 - (nowIdle - idle) / (double) passed;
      total = nowTotal;
      idle = nowIdle;
      return Math.clamp(utilization, 0, 1);
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /** A line of the memory's, in bytes. */
  private double memory(String key) {
    try {
      Matcher line =
          Pattern.compile("^" + key + ":\\s+(\\d+) kB$", Pattern.MULTILINE)
              .matcher(Files.readString(memory));
      return line.find() ? Long.parseLong(line.group(1)) * 1024.0 : Double.NaN;
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
