package dev.verhulst.benchmarks.gpu;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a run of the rig found, as it is kept under {@code docs/gpu}.
 *
 * @param format the version of this record's form, {@value #FORMAT}
 * @param date when it ran, in UTC
 * @param commit the commit that the bundle was made from
 * @param command the arguments of the run
 * @param passed whether no step failed
 * @param device the GPU
 * @param host the machine around it
 * @param ptx the SHA-256 of every PTX file that shipped, by name
 * @param ran what became of each of them: {@code passed} where all its kernels ran and are right
 * @param steps what came of each step, by name
 */
record GpuRecord(
    int format,
    String date,
    String commit,
    String command,
    boolean passed,
    DeviceFacts device,
    HostFacts host,
    SortedMap<String, String> ptx,
    SortedMap<String, String> ran,
    Map<String, StepRecord> steps) {

  static final int FORMAT = 1;

  /** What {@link #ran} says of a file whose kernels all ran and are right. */
  static final String RAN = "passed";

  /** What it says of a file none of whose kernels ran. */
  static final String NOT_RUN = "not run";

  /** Whether any kernel of a file ran. */
  boolean ranSomeOf(String file) {
    return !ran.getOrDefault(file, NOT_RUN).equals(NOT_RUN);
  }

  /**
   * The GPU.
   *
   * @param computeCapability e.g. {@code 9.0}
   * @param driver the newest CUDA version that the driver supports, and the driver's own where
   *     nvidia-smi says it
   */
  record DeviceFacts(
      String name,
      String computeCapability,
      String driver,
      int multiprocessors,
      long memoryBytes) {}

  /** The machine around it. */
  record HostFacts(String processor, int processors, String system, String java) {}

  /**
   * A step.
   *
   * @param budgetSeconds how long it might take
   */
  record StepRecord(
      String verdict,
      double seconds,
      double budgetSeconds,
      String summary,
      List<Map<String, Object>> rows) {}
}
