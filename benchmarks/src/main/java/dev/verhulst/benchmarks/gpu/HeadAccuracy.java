package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadChecks;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.cuda.HeadsUnderTest;
import dev.verhulst.kernels.cuda.KernelEntries;
import dev.verhulst.kernels.cuda.kernel.Bound;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * Heads in one type against their definition in double: with the products of the plain kernel, and
 * with those of cuBLAS where the machine has it. Both are followed by the same kernel.
 */
final class HeadAccuracy {

  /** Labels, features and rows. */
  private static final int[][] SHAPES = {
    {1, 1, 1}, {3, 1100, 5}, {10, 7, 2}, {65, 33, 129}, {1000, 768, 300}
  };

  private static final int FEWEST = 16;

  /** Rows, logits and probabilities. */
  private static final int TENSORS = 3;

  private final DataType dataType;
  private final int samples;

  /**
   * @param dataType FP32 or FP64
   * @param samples how many logits a head has, at most
   */
  HeadAccuracy(DataType dataType, int samples) {
    this.dataType = dataType;
    this.samples = samples;
  }

  /** Runs the kernels and compares: a row for each of the two, and one for cuBLAS where it is. */
  List<Map<String, Object>> check(Device device, String target, KernelRuns runs) {
    List<Integer> sizes = new ArrayList<>();
    List<Comparison> ofPlain = new ArrayList<>();
    List<Comparison> ofCublas = new ArrayList<>();
    List<Comparison> ofEpilogue = new ArrayList<>();
    for (int[] shape : SHAPES) {
      if (shape[0] * shape[2] <= Math.max(samples, FEWEST)) {
        sizes.add(shape[0] * shape[2]);
        HeadParameters parameters =
            HeadChecks.parameters(shape[0], shape[1], sizes.size() % 2 == 0);
        try (Head plain = HeadsUnderTest.plain(device, parameters, dataType);
            Head chosen = HeadsUnderTest.chosen(device, parameters, dataType)) {
          compare(device, plain, parameters, shape[2], ofPlain, ofEpilogue);
          if (HeadsUnderTest.usesCublas(chosen)) {
            compare(device, chosen, parameters, shape[2], ofCublas, ofEpilogue);
          }
        }
      }
    }
    KernelRow rows = new KernelRow("head", target, dataType, runs);
    List<Map<String, Object>> all = new ArrayList<>();
    all.add(rows.of(KernelEntries.headProduct(dataType), sizes, ofPlain));
    all.add(rows.of(KernelEntries.headEpilogue(dataType), sizes, ofEpilogue));
    if (!ofCublas.isEmpty()) {
      all.add(rows.of(dataType == DataType.FP64 ? "cublasDgemm" : "cublasSgemm", sizes, ofCublas));
    }
    return all;
  }

  private void compare(
      Device device,
      Head head,
      HeadParameters parameters,
      int rows,
      List<Comparison> ofLogits,
      List<Comparison> ofProbabilities) {
    int labels = parameters.labels();
    int count = rows * labels;
    // Exact in FP32, too.
    double[] x =
        new SplittableRandom(count)
            .doubles((long) rows * parameters.features(), -2, 2)
            .map(number -> (float) number)
            .toArray();
    HeadChecks.Exact exact = HeadChecks.exact(parameters, x, HeadChecks.unit(dataType));
    IntFunction<String> where = i -> "row %d, label %d".formatted(i / labels, i % labels);
    try (DeviceTensors tensors =
        new DeviceTensors(device, dataType, TENSORS, x.length + 2L * count)) {
      MemorySegment logits = tensors.empty(count);
      MemorySegment probabilities = tensors.empty(count);
      head.run(List.of(new HeadTask(rows, tensors.of(x, 0, x.length), logits, probabilities)));
      ofLogits.add(
          Comparison.of(
              logits,
              dataType,
              count,
              i -> exact.logits()[i],
              i -> new Bound(0, exact.logitErrors()[i]),
              where));
      ofProbabilities.add(
          Comparison.of(
              probabilities,
              dataType,
              count,
              i -> exact.probabilities()[i],
              i -> new Bound(0, exact.probabilityErrors()[i]),
              where));
    }
  }
}
