package dev.verhulst.benchmarks.gpu;

import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Which of the shipped kernels have run on the device, and whether they were right. */
final class KernelRuns {

  private final Map<String, Boolean> rightByTargetAndEntry = new ConcurrentHashMap<>();

  /**
   * Takes note of a run.
   *
   * @param target which GPUs' PTX the kernel is of, e.g. {@code compute_80}
   * @param entry its name
   * @param right whether what it computed is within its bounds
   */
  void add(String target, String entry, boolean right) {
    rightByTargetAndEntry.merge(target + " " + entry, right, Boolean::logicalAnd);
  }

  /** What became of each file of PTX. */
  SortedMap<String, String> ofFiles() {
    SortedMap<String, String> states = new TreeMap<>();
    ShippedPtx.hashes().keySet().forEach(file -> states.put(file, state(file)));
    return states;
  }

  private String state(String file) {
    String target = file.split("\\.", -1)[1];
    SortedSet<String> entries = ShippedPtx.entries(file);
    long wrong =
        entries.stream()
            .filter(entry -> Boolean.FALSE.equals(rightByTargetAndEntry.get(target + " " + entry)))
            .count();
    long ran =
        entries.stream()
            .filter(entry -> rightByTargetAndEntry.containsKey(target + " " + entry))
            .count();
    if (wrong > 0) {
      return "%d of %d kernels failed".formatted(wrong, entries.size());
    }
    return ran == entries.size()
        ? GpuRecord.RAN
        : ran == 0 ? GpuRecord.NOT_RUN : "%d of %d kernels ran".formatted(ran, entries.size());
  }
}
