package dev.verhulst.kernels.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.cuda.ptx.Approximation;
import dev.verhulst.kernels.cuda.ptx.Approximation.Direction;
import dev.verhulst.kernels.cuda.ptx.DeviceMemory;
import dev.verhulst.kernels.cuda.ptx.Interpreter;
import dev.verhulst.kernels.cuda.ptx.PtxException;
import dev.verhulst.kernels.cuda.ptx.PtxKernel;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The plain product of a head, interpreted, for sizes that fill its tiles and that do not. */
final class HeadProductKernelTest {

  private static final String MODULE = "head_product";
  private static final int THREADS = 256;

  /** Rows, labels and features; a tile is 64 by 64, and takes 16 features at a time. */
  private static final int[][] SHAPES = {
    {1, 1, 1}, {1, 1, 33}, {3, 2, 16}, {64, 64, 15}, {65, 1, 17}, {5, 130, 31}, {129, 65, 3}
  };

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP64"})
  void addsUpInTheOrderOfTheFeatures(NumberFormat format) {
    for (String target : CommittedPtx.TARGETS) {
      PtxKernel kernel = CommittedPtx.module(MODULE, target).kernel(entry(format));
      for (int[] shape : SHAPES) {
        check(kernel, format, shape[0], shape[1], shape[2]);
      }
    }
  }

  private static void check(
      PtxKernel kernel, NumberFormat format, int rows, int labels, int features) {
    DeviceMemory memory = new DeviceMemory();
    Random random = new Random(rows);
    double[] x = Inputs.gradients(rows * features, format, random);
    double[] weights = Inputs.gradients(labels * features, format, random);
    Tensor out = Tensor.allocateMisaligned(memory, format, rows * labels);
    launch(
        kernel,
        memory,
        Tensor.allocateMisaligned(memory, format, x.length).write(x),
        Tensor.allocate(memory, format, weights.length).write(weights),
        out,
        new long[] {rows, labels, features});
    double[] products = out.read();
    for (int row = 0; row < rows; row++) {
      for (int label = 0; label < labels; label++) {
        double sum = 0;
        for (int feature = 0; feature < features; feature++) {
          double factor = x[row * features + feature];
          double weight = weights[label * features + feature];
          sum =
              format == NumberFormat.FP64
                  ? Math.fma(factor, weight, sum)
                  : Math.fma((float) factor, (float) weight, (float) sum);
        }
        assertThat(products[row * labels + label])
            .as("%s, row %d and label %d of %d by %d", kernel.name(), row, label, rows, labels)
            .isEqualTo(sum);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.verhulst.kernels.cuda.kernel.EntryNamesTest#targets")
  void oneRowTooManyIsOutOfBounds(String target) {
    PtxKernel kernel = CommittedPtx.withOneMore(MODULE, entry(NumberFormat.FP32), target, 3);
    DeviceMemory memory = new DeviceMemory();
    Tensor x = Tensor.allocate(memory, NumberFormat.FP32, 5 * 7);
    Tensor weights = Tensor.allocate(memory, NumberFormat.FP32, 3 * 7);
    Tensor out = Tensor.allocate(memory, NumberFormat.FP32, 5 * 3);
    assertThatThrownBy(() -> launch(kernel, memory, x, weights, out, new long[] {5, 3, 7}))
        .isInstanceOf(PtxException.class)
        .hasMessageContaining("out of bounds, byte 140 of allocation 1");
  }

  private static String entry(NumberFormat format) {
    return MODULE + "_" + format.entryPart();
  }

  private static void launch(
      PtxKernel kernel, DeviceMemory memory, Tensor x, Tensor weights, Tensor out, long[] sizes) {
    new Interpreter(memory, new Approximation(Direction.EXACT, new Random(1)))
        .launch(
            kernel,
            2,
            THREADS,
            x.address(),
            weights.address(),
            out.address(),
            sizes[0],
            sizes[1],
            sizes[2]);
  }
}
