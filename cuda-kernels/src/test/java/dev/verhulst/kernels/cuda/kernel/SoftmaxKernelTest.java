package dev.verhulst.kernels.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.cuda.ptx.Approximation;
import dev.verhulst.kernels.cuda.ptx.Approximation.Direction;
import dev.verhulst.kernels.cuda.ptx.DeviceMemory;
import dev.verhulst.kernels.cuda.ptx.Interpreter;
import dev.verhulst.kernels.cuda.ptx.PtxKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The softmax kernels, interpreted, for rows shorter and longer than a block, against the
 * definition.
 */
final class SoftmaxKernelTest {

  /** Rows, columns and threads of a block. */
  private static final int[][] SHAPES = {
    {0, 4, 32},
    {3, 0, 32},
    {1, 1, 32},
    {3, 3, 32},
    {2, 4, 64},
    {2, 5, 32},
    {3, 13, 32},
    {2, 127, 64},
    {5, 208, 128},
    {1, 1025, 256},
    {1, 4098, 256}
  };

  /** The definitions are themselves off by up to so many ulp of FP64. */
  private static final double DEFINITION_ULPS = 4;

  @ParameterizedTest
  @EnumSource
  void forward(NumberFormat format) {
    check(format, "forward");
  }

  @ParameterizedTest
  @EnumSource
  void derivative(NumberFormat format) {
    check(format, "derivative");
  }

  @ParameterizedTest
  @EnumSource
  void backward(NumberFormat format) {
    check(format, "backward");
  }

  @Test
  void rowsWithInfinitiesAndNaNAreAsDefined() {
    double[][] rows = {
      {1, Double.NEGATIVE_INFINITY, 2, -3},
      {Double.NaN, 1, 2, 3},
      {Double.POSITIVE_INFINITY, 1, 2, 3},
      {-Double.MAX_VALUE, -Double.MAX_VALUE, 0, 0}
    };
    for (double[] row : rows) {
      double[] result =
          run(
              kernel("compute_80", "forward", NumberFormat.FP64),
              NumberFormat.FP64,
              row,
              row,
              1,
              4,
              32,
              false);
      double[] expected = new Softmax().value(row);
      assertThat(result).as(Arrays.toString(row)).hasSameSizeAs(expected);
      for (int i = 0; i < row.length; i++) {
        assertThat(result[i]).isCloseTo(expected[i], within(1e-15));
      }
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double distance) {
    return org.assertj.core.data.Offset.offset(distance);
  }

  private static PtxKernel kernel(String target, String pass, NumberFormat format) {
    return CommittedPtx.module("softmax", target)
        .kernel("softmax_" + pass + "_" + format.entryPart());
  }

  private static void check(NumberFormat format, String pass) {
    for (String target : CommittedPtx.TARGETS) {
      PtxKernel kernel = kernel(target, pass, format);
      WorstError worst = new WorstError(kernel.name() + " of " + target);
      Random random = new Random(5);
      for (int[] shape : SHAPES) {
        int n = shape[0] * shape[1];
        double[] x = new double[n];
        double scale = format == NumberFormat.FP16 ? 4 : 12;
        Arrays.setAll(x, i -> format.nearest(scale * random.nextGaussian()));
        double[] gradY = Inputs.gradients(n, format, random);
        for (boolean inPlace : new boolean[] {false, true}) {
          double[] result = run(kernel, format, x, gradY, shape[0], shape[1], shape[2], inPlace);
          compare(pass, format, x, gradY, shape[1], result, worst);
        }
      }
      worst.assertWithinBound();
    }
  }

  private static double[] run(
      PtxKernel kernel,
      NumberFormat format,
      double[] x,
      double[] gradY,
      int rows,
      int columns,
      int threads,
      boolean inPlace) {
    DeviceMemory memory = new DeviceMemory();
    Tensor input = Tensor.allocate(memory, format, x.length).write(x);
    Tensor output = inPlace ? input : Tensor.allocateMisaligned(memory, format, x.length);
    List<Object> arguments = new ArrayList<>();
    arguments.add(input.address());
    if (kernel.name().contains("backward")) {
      arguments.add(Tensor.allocate(memory, format, x.length).write(gradY).address());
    }
    arguments.add(output.address());
    arguments.add((long) rows);
    arguments.add((long) columns);
    new Interpreter(memory, new Approximation(Direction.EITHER_END, new Random(3)))
        .launch(kernel, 2, threads, arguments.toArray());
    return output.read();
  }

  private static void compare(
      String pass,
      NumberFormat format,
      double[] x,
      double[] gradY,
      int columns,
      double[] result,
      WorstError worst) {
    Softmax definition = new Softmax();
    double more = format == NumberFormat.FP64 ? DEFINITION_ULPS : 0;
    for (int row = 0; row < x.length; row += Math.max(columns, 1)) {
      double[] xRow = Arrays.copyOfRange(x, row, row + columns);
      double[] gradRow = Arrays.copyOfRange(gradY, row, row + columns);
      double[] exact =
          switch (pass) {
            case "forward" -> definition.value(xRow);
            case "derivative" -> definition.derivative(xRow);
            default -> definition.gradient(xRow, gradRow);
          };
      Bound bound =
          pass.equals("forward")
              ? Bound.ofValue("softmax", format.dataType()).plusUlps(more)
              : Bound.ofDerivative(format.dataType()).times(2).plusUlps(more);
      for (int i = 0; i < columns; i++) {
        double error = bound.error(result[row + i], exact[i], format);
        worst.add(error, bound, "column " + i + " of " + columns, result[row + i], exact[i]);
      }
    }
  }
}
