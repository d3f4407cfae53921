package dev.verhulst.kernels.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.cuda.ptx.Approximation;
import dev.verhulst.kernels.cuda.ptx.Approximation.Direction;
import dev.verhulst.kernels.cuda.ptx.DeviceMemory;
import dev.verhulst.kernels.cuda.ptx.Interpreter;
import dev.verhulst.kernels.cuda.ptx.PtxException;
import dev.verhulst.kernels.cuda.ptx.PtxKernel;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The end of a head, interpreted: bias, calibration and sigmoid, with every choice of outputs. */
final class HeadEpilogueKernelTest {

  private static final String MODULE = "head_epilogue";

  /** Rows and labels that the vectors' width divides, and that it does not. */
  private static final int[][] SHAPES = {{1, 1}, {3, 1}, {1, 3}, {5, 7}, {64, 4}, {37, 65}};

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP64"})
  void isWithinTheBoundOfASigmoid(NumberFormat format) {
    for (String target : CommittedPtx.TARGETS) {
      PtxKernel kernel = CommittedPtx.module(MODULE, target).kernel(entry(format));
      WorstError worst = new WorstError(kernel.name() + " of " + target);
      for (Direction direction : Direction.values()) {
        Run run = new Run(kernel, format, new Approximation(direction, new Random(2)), worst);
        for (int[] shape : SHAPES) {
          for (boolean misaligned : new boolean[] {false, true}) {
            run.check(shape[0], shape[1], misaligned);
          }
        }
      }
      worst.assertWithinBound();
    }
  }

  /** One kernel over many shapes. */
  private record Run(
      PtxKernel kernel, NumberFormat format, Approximation approximation, WorstError worst) {

    void check(int rows, int labels, boolean misaligned) {
      Random random = new Random(rows + labels);
      int n = rows * labels;
      double[] product = Inputs.numbers(n, format, random);
      double[][] ofLabels = {
        Inputs.gradients(labels, format, random),
        Inputs.gradients(labels, format, random),
        Inputs.gradients(labels, format, random)
      };
      DeviceMemory memory = new DeviceMemory();
      Tensor products =
          misaligned
              ? Tensor.allocateMisaligned(memory, format, n)
              : Tensor.allocate(memory, format, n);
      Tensor probabilities = Tensor.allocate(memory, format, n);
      // In place, and beside it; then each output alone, the probabilities in place.
      products.write(product);
      launch(memory, products, ofLabels, products, probabilities);
      double[] logit = products.read();
      double[] probability = probabilities.read();
      Tensor other = Tensor.allocate(memory, format, n);
      launch(memory, products.write(product), ofLabels, other, null);
      assertThat(other.read()).isEqualTo(logit);
      launch(memory, products, ofLabels, null, products);
      assertThat(products.read()).isEqualTo(probability);
      for (int i = 0; i < n; i++) {
        int label = i % labels;
        assertThat(logit[i])
            .isEqualTo(Double.valueOf(format.nearest(product[i] + ofLabels[0][label])));
        double z = fused(ofLabels[1][label], logit[i], ofLabels[2][label]);
        Bound bound = Bound.ofValue("sigmoid", format.dataType()).plusUlps(1);
        double exact = new Sigmoid().value(z);
        String at = "element %d, z = %s".formatted(i, z);
        worst.add(bound.error(probability[i], exact, format), bound, at, probability[i], exact);
      }
    }

    private double fused(double a, double b, double c) {
      return format == NumberFormat.FP64
          ? Math.fma(a, b, c)
          : Math.fma((float) a, (float) b, (float) c);
    }

    private void launch(
        DeviceMemory memory,
        Tensor products,
        double[][] ofLabels,
        @Nullable Tensor logits,
        @Nullable Tensor probabilities) {
      int labels = ofLabels[0].length;
      new Interpreter(memory, approximation)
          .launch(
              kernel,
              2,
              64,
              products.address(),
              Tensor.allocate(memory, format, labels).write(ofLabels[0]).address(),
              Tensor.allocate(memory, format, labels).write(ofLabels[1]).address(),
              Tensor.allocate(memory, format, labels).write(ofLabels[2]).address(),
              logits == null ? 0L : logits.address(),
              probabilities == null ? 0L : probabilities.address(),
              (long) products.elements(),
              (long) labels);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.verhulst.kernels.cuda.kernel.EntryNamesTest#targets")
  void oneElementTooManyIsOutOfBounds(String target) {
    String entry = entry(NumberFormat.FP64);
    Run run =
        new Run(
            CommittedPtx.withOneMore(MODULE, entry, target, 6),
            NumberFormat.FP64,
            new Approximation(Direction.EXACT, new Random(1)),
            new WorstError(entry));
    assertThatThrownBy(() -> run.check(4, 4, false))
        .isInstanceOf(PtxException.class)
        .hasMessageContaining("out of bounds, byte 128 of allocation 1");
  }

  private static String entry(NumberFormat format) {
    return MODULE + "_" + format.entryPart();
  }
}
