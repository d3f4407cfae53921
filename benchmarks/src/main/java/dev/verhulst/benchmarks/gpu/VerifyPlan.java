package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.report.Arguments;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much the rig does. The budgets of a full run add up to less than eight minutes.
 *
 * @param samples how many inputs a kernel is compared over
 * @param chunks how many pieces of the 2³² FP32 inputs are compared
 * @param chunkElements how many inputs a piece has
 * @param calls how many calls are made at once, altogether
 * @param kernelBytes the size of a tensor that stays on the device
 * @param measurements how often each time is measured
 * @param pathBytes the sizes of tensors that go over the bus
 * @param serviceBytes the sizes of tensors that the service is sent
 * @param connections how many connections send them
 * @param windowMilliseconds how long each load lasts
 * @param steps the steps to take, all of them where this is empty
 * @param budgetPercent the share of its budget that each step has
 */
record VerifyPlan(
    int samples,
    int chunks,
    int chunkElements,
    int calls,
    long kernelBytes,
    int measurements,
    List<Long> pathBytes,
    List<Integer> serviceBytes,
    List<Integer> connections,
    int windowMilliseconds,
    List<String> steps,
    int budgetPercent) {

  /** The inputs of FP32. */
  static final long ALL_INPUTS = 1L << 32;

  private static final int DEFAULT_BUDGET_SECONDS = 20;

  /** In seconds. */
  private static final Map<String, Integer> BUDGETS =
      Map.of(
          "accuracy", 50,
          "every FP32 input", 80,
          "determinism", 12,
          "concurrency", 12,
          "out of memory", 12,
          "lost device", 20,
          "compute-sanitizer", 45,
          "kernels", 45,
          "PyTorch", 65,
          "path", 40);

  private static final int SERVICE_BUDGET_SECONDS = 65;

  private static final Map<String, String> FULL =
      Map.ofEntries(
          Map.entry("samples", "1048576"),
          Map.entry("chunks", "4096"),
          Map.entry("chunk-elements", "1048576"),
          Map.entry("calls", "400"),
          Map.entry("kernel-bytes", "268435456"),
          Map.entry("measurements", "15"),
          Map.entry(
              "path-bytes", "1024,16384,65536,262144,1048576,4194304,16777216,67108864,268435456"),
          Map.entry("service-bytes", "1024,65536,1048576,16777216"),
          Map.entry("connections", "1,16,64"),
          Map.entry("window-milliseconds", "700"),
          Map.entry("steps", ""),
          Map.entry("budget-percent", "100"),
          Map.entry("record", ""),
          Map.entry("quick", "false"));

  private static final Map<String, String> QUICK =
      Map.of(
          "samples", "65536",
          "chunks", "256",
          "calls", "60",
          "measurements", "5",
          "path-bytes", "1024,65536,1048576,16777216,268435456",
          "service-bytes", "1024,1048576,16777216",
          "connections", "1,16",
          "window-milliseconds", "400",
          "budget-percent", "35");

  /** The arguments of a command line; without any, a full run. */
  static Arguments arguments(String... words) {
    Map<String, String> defaults = new HashMap<>(FULL);
    if (Arrays.asList(words).contains("--quick")) {
      defaults.putAll(QUICK);
    }
    return new Arguments(defaults, words);
  }

  static VerifyPlan of(Arguments arguments) {
    return new VerifyPlan(
        arguments.integer("samples"),
        arguments.integer("chunks"),
        arguments.integer("chunk-elements"),
        arguments.integer("calls"),
        arguments.list("kernel-bytes", Long::valueOf).getFirst(),
        arguments.integer("measurements"),
        arguments.list("path-bytes", Long::valueOf),
        arguments.list("service-bytes", Integer::valueOf),
        arguments.list("connections", Integer::valueOf),
        arguments.integer("window-milliseconds"),
        arguments.list("steps", String::valueOf).stream().filter(name -> !name.isEmpty()).toList(),
        arguments.integer("budget-percent"));
  }

  boolean takes(String step) {
    return steps.isEmpty() || steps.contains(step);
  }

  Duration budget(String step) {
    int seconds =
        step.equals("service")
            ? SERVICE_BUDGET_SECONDS
            : BUDGETS.getOrDefault(step, DEFAULT_BUDGET_SECONDS);
    return Duration.ofMillis(seconds * 10L * budgetPercent);
  }
}
