package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.cuda.Fp64Instructions;
import dev.verhulst.kernels.cuda.Fp64Peak;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How near FP64 kernels come to what the device allows: to its arithmetic or to its memory, of
 * which the nearer one holds a kernel up.
 */
final class Fp64Limit {

  private final int computeCapability;
  private final Optional<Fp64Peak> peak;
  private double least = Double.POSITIVE_INFINITY;
  private String leastName = "";

  Fp64Limit(GpuUnderTest gpu) {
    computeCapability = gpu.computeCapability();
    peak = Fp64Peak.of(gpu);
  }

  /** The row of the peak, which says what is counted. */
  Map<String, Object> row() {
    Map<String, Object> row =
        Rows.of("function", "FP64 peak", "type", "FP64", "counted", Fp64Instructions.COUNTED);
    peak.ifPresentOrElse(
        known ->
            row.putAll(
                Rows.of(
                    "multiprocessors", known.multiprocessors(),
                    "perMultiprocessorAndClock", known.perMultiprocessorAndClock(),
                    "clockKilohertz", known.clockKilohertz(),
                    "instructionsPerSecond", known.instructionsPerSecond())),
        () -> row.put("instructionsPerSecond", "not known"));
    return row;
  }

  /**
   * What a kernel's row says of it.
   *
   * @param name the kernel, for the summary
   * @param perElement how many FP64 instructions it executes for an element
   * @param elementsPerSecond how many elements it computed in a second
   * @param ofCopy the share of a copy's speed at which it moved its bytes
   */
  Map<String, Object> add(String name, double perElement, double elementsPerSecond, double ofCopy) {
    Map<String, Object> row = Rows.of("fp64InstructionsPerElement", perElement);
    peak.ifPresent(
        known -> {
          double ofPeak = perElement * elementsPerSecond / known.instructionsPerSecond();
          double ofLimit = Math.max(ofPeak, ofCopy);
          row.putAll(Rows.of("ofFp64Peak", ofPeak, "ofLimit", ofLimit));
          if (ofLimit < least) {
            least = ofLimit;
            leastName = name;
          }
        });
    return row;
  }

  String summary() {
    return peak.isEmpty()
        ? String.format(
            Locale.ROOT,
            "FP64's arithmetic limit is not known for compute capability %.1f",
            computeCapability / 10.0)
        : String.format(
            Locale.ROOT,
            "FP64 at least %.2f of its limit, arithmetic or a copy (%s)",
            least,
            leastName);
  }
}
