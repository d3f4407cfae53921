package dev.verhulst.benchmarks.gpu;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.accuracy.Ulp;
import java.lang.foreign.MemorySegment;

/**
 * Compares pieces of the FP32 inputs, computed by the GPU in FP32, with the CPU backend's FP64
 * lanes, whose own error is below 1e-8 ulp of FP32; one input in 4096 is also compared with the
 * definition, so that the two cannot be wrong together. One thread uses an instance.
 */
final class ExhaustiveWorker implements AutoCloseable {

  private static final int CHECK_EVERY = 1 << 12;
  private static final double DEFINITION_ULPS = 16;
  private static final double DEFINITION_ABSOLUTE = 0x1p-50;
  private static final long SMALLEST_NORMAL = Double.doubleToRawLongBits(Float.MIN_NORMAL);
  private static final long EXPONENT = 0x7ff0_0000_0000_0000L;

  private final Device gpu;
  private final Device cpu;
  private final int elements;
  private final ExhaustiveMemory memory;
  private final MemorySegment x;
  private final MemorySegment y;
  private final MemorySegment dyDx;
  private final MemorySegment exactX;
  private final MemorySegment exactY;
  private final MemorySegment exactDyDx;

  /**
   * @param cpu computes on the calling thread
   * @param elements how many inputs a piece has
   */
  ExhaustiveWorker(Device gpu, Device cpu, int elements) {
    this.gpu = gpu;
    this.cpu = cpu;
    this.elements = elements;
    memory = new ExhaustiveMemory(gpu, elements);
    x = memory.single(0);
    y = memory.single(1);
    dyDx = memory.single(2);
    exactX = memory.inDouble();
    exactY = memory.inDouble();
    exactDyDx = memory.inDouble();
  }

  /** The worst results of a piece: of the values and of the derivatives. */
  record Worst(WorstInput y, WorstInput dyDx) {

    Worst and(Worst other) {
      return new Worst(y.and(other.y), dyDx.and(other.dyDx));
    }
  }

  /** The worst of many results, in ulp, and the input that it was at. */
  record WorstInput(double ulps, float x) {

    /** The input for people; nothing where every result is exact. */
    String where() {
      return ulps == 0 ? "" : Float.toString(x);
    }

    WorstInput and(WorstInput other) {
      return other.ulps > ulps ? other : this;
    }
  }

  /**
   * Compares a piece.
   *
   * @param firstBits the bits of its first input; the others follow in the order of their bits
   * @throws AssertionError where the CPU's results are not as defined
   */
  Worst compare(ExhaustiveFunction function, int firstBits) {
    for (int i = 0; i < elements; i++) {
      float input = Float.intBitsToFloat(firstBits + i);
      x.setAtIndex(JAVA_FLOAT, i, input);
      exactX.setAtIndex(JAVA_DOUBLE, i, input);
    }
    function.runner().run(gpu, DataType.FP32, x, y, dyDx);
    function.runner().run(cpu, DataType.FP64, exactX, exactY, exactDyDx);
    for (int i = 0; i < elements; i += CHECK_EVERY) {
      checkOracle(function, i);
    }
    return new Worst(
        worst(y, exactY, 0), worst(dyDx, exactDyDx, ExhaustiveFunction.OF_DERIVATIVE.absolute()));
  }

  private WorstInput worst(MemorySegment results, MemorySegment exactResults, double absolute) {
    double worst = 0;
    float at = Float.NaN;
    for (int i = 0; i < elements; i++) {
      float result = results.getAtIndex(JAVA_FLOAT, i);
      double exact = exactResults.getAtIndex(JAVA_DOUBLE, i);
      double difference = Math.abs(result - exact);
      long binade = Double.doubleToRawLongBits(exact) & EXPONENT;
      double ulp = Double.longBitsToDouble(Math.max(binade, SMALLEST_NORMAL) - (23L << 52));
      // NaN and infinities come out as not less, and are looked at closely.
      if (!(difference <= worst * ulp || difference <= absolute)) {
        double error = Ulp.errorFp32(result, exact);
        if (error > worst) {
          worst = error;
          at = x.getAtIndex(JAVA_FLOAT, i);
        }
      }
    }
    return new WorstInput(worst, at);
  }

  private void checkOracle(ExhaustiveFunction function, int index) {
    double input = exactX.getAtIndex(JAVA_DOUBLE, index);
    check(
        function,
        input,
        exactY.getAtIndex(JAVA_DOUBLE, index),
        function.definition().value(input),
        0);
    check(
        function,
        input,
        exactDyDx.getAtIndex(JAVA_DOUBLE, index),
        function.definition().derivative(input),
        DEFINITION_ABSOLUTE);
  }

  private static void check(
      ExhaustiveFunction function, double input, double onCpu, double defined, double absolute) {
    if (!(Ulp.errorFp64(onCpu, defined) <= DEFINITION_ULPS
        || Math.abs(onCpu - defined) <= absolute)) {
      throw new AssertionError(
          "the CPU's FP64 gives %s for %s of %s, and the definition %s"
              .formatted(onCpu, function.name(), input, defined));
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
