package dev.verhulst.kernels.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.cuda.ptx.Approximation;
import dev.verhulst.kernels.cuda.ptx.Approximation.Direction;
import dev.verhulst.kernels.cuda.ptx.DeviceMemory;
import dev.verhulst.kernels.cuda.ptx.Interpreter;
import dev.verhulst.kernels.cuda.ptx.PtxModule;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The loss's kernels, interpreted: element losses, gradients and their reduction, with every
 * option.
 */
final class BceWithLogitsKernelTest {

  /** Rows and labels: 0 to 4,100 elements. */
  private static final int[][] SHAPES = {
    {0, 1}, {1, 1}, {1, 3}, {4, 1}, {5, 1}, {1, 13}, {127, 1}, {9, 23}, {41, 25}, {820, 5}
  };

  private static final int THREADS = 256;

  private static final Bound LOSS = new Bound(4, 0);

  private static final double DEFINITION_ULPS = 6;

  /** What is asked of a call beside the loss. */
  private record Options(boolean weight, boolean posWeight, boolean misaligned) {}

  private static final Options[] OPTIONS = {
    new Options(false, false, false),
    new Options(true, false, false),
    new Options(false, true, true),
    new Options(true, true, false)
  };

  @ParameterizedTest
  @EnumSource
  void lossGradientAndSum(NumberFormat format) {
    for (String target : CommittedPtx.TARGETS) {
      WorstError worst = new WorstError("bce_with_logits_" + format.entryPart() + " of " + target);
      Random random = new Random(17);
      for (int[] shape : SHAPES) {
        for (Options options : OPTIONS) {
          new Call(target, format, shape[0], shape[1], options, random).check(worst);
        }
      }
      worst.assertWithinBound();
    }
  }

  @Test
  void writesOnlyWhatIsAskedFor() {
    DeviceMemory memory = new DeviceMemory();
    PtxModule module = CommittedPtx.module("bce_with_logits", "compute_80");
    Tensor logits = Tensor.allocate(memory, NumberFormat.FP32, 3).write(new double[] {0.5, -1, 2});
    Tensor target = Tensor.allocate(memory, NumberFormat.FP32, 3).write(new double[] {1, 0, 0.5});
    new Interpreter(memory, new Approximation(Direction.EXACT, new Random(1)))
        .launch(
            module.kernel("bce_with_logits_fp32"),
            1,
            THREADS,
            logits.address(),
            target.address(),
            0L,
            0L,
            0L,
            0L,
            0L,
            3L,
            1L,
            1f);
    assertThat(logits.read()).containsExactly(0.5, -1, 2);
    assertThat(target.read()).containsExactly(1, 0, 0.5);
  }

  /** One call of the loss, and of its reduction. */
  private static final class Call {

    private final DeviceMemory memory = new DeviceMemory();
    private final NumberFormat format;
    private final PtxModule module;
    private final int n;
    private final int labels;
    private final Options options;
    private final Random random;
    private final double[] logits;
    private final double[] target;
    private final double[] weight;
    private final double[] posWeight;
    private final double gradScale;

    Call(
        String ptxTarget,
        NumberFormat format,
        int rows,
        int labels,
        Options options,
        Random random) {
      this.format = format;
      this.module = CommittedPtx.module("bce_with_logits", ptxTarget);
      this.n = rows * labels;
      this.labels = labels;
      this.options = options;
      this.random = random;
      this.logits = new double[n];
      Arrays.setAll(
          logits, i -> format.nearest((random.nextInt(8) == 0 ? 60 : 4) * random.nextGaussian()));
      this.target = numbers(n, random.nextBoolean() ? 1 : 0);
      this.weight = options.weight() ? numbers(n, 0) : ones(n);
      this.posWeight = options.posWeight() ? numbers(labels, 0) : ones(labels);
      this.gradScale = random.nextBoolean() ? 1 : 0.25;
    }

    void check(WorstError worst) {
      int blocks = Math.clamp((n + 1023) / 1024, 1, 1024);
      Tensor loss = tensor(n);
      Tensor grad = tensor(n);
      Tensor partials = Tensor.allocate(memory, NumberFormat.FP64, blocks);
      Tensor sum = Tensor.allocate(memory, format, 1);
      long weightAddress = options.weight() ? tensor(n).write(weight).address() : 0;
      long posWeightAddress = options.posWeight() ? tensor(labels).write(posWeight).address() : 0;
      Object scale = format == NumberFormat.FP64 ? (Object) gradScale : (Object) (float) gradScale;
      Interpreter interpreter =
          new Interpreter(memory, new Approximation(Direction.EITHER_END, random));
      interpreter.launch(
          module.kernel("bce_with_logits_" + format.entryPart()),
          blocks,
          THREADS,
          tensor(n).write(logits).address(),
          tensor(n).write(target).address(),
          weightAddress,
          posWeightAddress,
          loss.address(),
          grad.address(),
          partials.address(),
          (long) n,
          (long) labels,
          scale);
      interpreter.launch(
          module.kernel("bce_with_logits_reduce_" + format.entryPart()),
          1,
          THREADS,
          partials.address(),
          (long) blocks,
          sum.address(),
          0.5);
      compare(loss.read(), grad.read(), sum.read()[0], worst);
    }

    private void compare(double[] loss, double[] grad, double sum, WorstError worst) {
      double more = format == NumberFormat.FP64 ? DEFINITION_ULPS : 0;
      double exactSum = 0;
      for (int i = 0; i < n; i++) {
        double w = posWeight[i % labels];
        double exact = BinaryCrossEntropyWithLogits.loss(logits[i], target[i], weight[i], w);
        exactSum += exact;
        String at =
            "element %d: z %a, t %a, weight %a, pos_weight %a"
                .formatted(i, logits[i], target[i], weight[i], w);
        Bound ofLoss = LOSS.plusUlps(more);
        worst.add(ofLoss.error(loss[i], exact, format), ofLoss, at, loss[i], exact);
        double exactGrad =
            gradScale * BinaryCrossEntropyWithLogits.gradient(logits[i], target[i], weight[i], w);
        Bound ofGrad =
            Bound.ofDerivative(format.dataType()).times(weight[i] * Math.max(1, w)).plusUlps(more);
        worst.add(ofGrad.error(grad[i], exactGrad, format), ofGrad, at, grad[i], exactGrad);
      }
      Bound ofSum = new Bound(format == NumberFormat.FP64 ? 64 : 5, 0);
      worst.add(
          ofSum.error(sum, 0.5 * exactSum, format), ofSum, "the sum of " + n, sum, 0.5 * exactSum);
    }

    private Tensor tensor(int elements) {
      return options.misaligned()
          ? Tensor.allocateMisaligned(memory, format, elements)
          : Tensor.allocate(memory, format, elements);
    }

    private double[] numbers(int count, int hard) {
      double[] numbers = new double[count];
      Arrays.setAll(
          numbers, i -> hard == 1 ? random.nextInt(2) : format.nearest(random.nextDouble()));
      return numbers;
    }

    private static double[] ones(int count) {
      double[] ones = new double[count];
      Arrays.fill(ones, 1);
      return ones;
    }
  }
}
