package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.gpu.GpuRecord.DeviceFacts;
import dev.verhulst.benchmarks.gpu.GpuRecord.HostFacts;
import dev.verhulst.benchmarks.gpu.GpuRecord.StepRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Records for tests. */
final class Records {

  private Records() {}

  /** One of a run in which all of these files ran and were right. */
  static GpuRecord passed(SortedMap<String, String> ptx) {
    SortedMap<String, String> ran = new TreeMap<>(ptx);
    ran.replaceAll((file, hash) -> GpuRecord.RAN);
    Map<String, StepRecord> steps = new LinkedHashMap<>();
    steps.put(
        "accuracy",
        new StepRecord("passed", 1.5, 50, "all right", List.of(Rows.of("kernel", "relu"))));
    steps.put("PyTorch", new StepRecord("absent", 0.1, 65, "no PyTorch", List.of()));
    return new GpuRecord(
        GpuRecord.FORMAT,
        "2026-11-28T22:00:00Z",
        "0123abc",
        "verify",
        true,
        new DeviceFacts("Some GPU", "9.0", "CUDA 13.0, driver 580.65", 132, 1L << 36),
        new HostFacts("Some CPU", 16, "Linux", "25"),
        new TreeMap<>(ptx),
        ran,
        steps);
  }
}
