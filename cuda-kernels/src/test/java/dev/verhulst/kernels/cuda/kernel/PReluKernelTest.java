package dev.verhulst.kernels.cuda.kernel;

import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.cuda.ptx.Approximation;
import dev.verhulst.kernels.cuda.ptx.Approximation.Direction;
import dev.verhulst.kernels.cuda.ptx.DeviceMemory;
import dev.verhulst.kernels.cuda.ptx.Interpreter;
import dev.verhulst.kernels.cuda.ptx.PtxKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The PReLU kernels, interpreted, for channels that divide the vectors' width and that do not. */
final class PReluKernelTest {

  /** Rows and channels: 0 to 4,099 elements. */
  private static final int[][] SHAPES = {
    {0, 1}, {1, 1}, {1, 3}, {4, 1}, {5, 1}, {1, 13}, {127, 1}, {9, 23}, {41, 25}, {2, 2049},
    {1, 4099}
  };

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

  private static void check(NumberFormat format, String pass) {
    for (String target : CommittedPtx.TARGETS) {
      PtxKernel kernel =
          CommittedPtx.module("prelu", target).kernel("prelu_" + pass + "_" + format.entryPart());
      WorstError worst = new WorstError(kernel.name() + " of " + target);
      Random random = new Random(11);
      for (int[] shape : SHAPES) {
        run(kernel, pass, format, shape[0], shape[1], false, random, worst);
        run(kernel, pass, format, shape[0], shape[1], true, random, worst);
      }
      worst.assertWithinBound();
    }
  }

  private static void run(
      PtxKernel kernel,
      String pass,
      NumberFormat format,
      int rows,
      int channels,
      boolean misaligned,
      Random random,
      WorstError worst) {
    int n = rows * channels;
    DeviceMemory memory = new DeviceMemory();
    double[] x = Inputs.numbers(n, format, random);
    double[] slope = Inputs.gradients(channels, format, random);
    double[] gradY = Inputs.gradients(n, format, random);
    Tensor input =
        misaligned
            ? Tensor.allocateMisaligned(memory, format, n)
            : Tensor.allocate(memory, format, n);
    Tensor output = Tensor.allocate(memory, format, n);
    List<Object> arguments = new ArrayList<>();
    arguments.add(input.write(x).address());
    arguments.add(Tensor.allocate(memory, format, channels).write(slope).address());
    if (pass.equals("backward")) {
      arguments.add(Tensor.allocate(memory, format, n).write(gradY).address());
    }
    arguments.add(output.address());
    arguments.add((long) n);
    arguments.add((long) channels);
    new Interpreter(memory, new Approximation(Direction.EXACT, random))
        .launch(kernel, 2, 96, arguments.toArray());

    PRelu definition = new PRelu();
    Bound bound = new Bound(1, 0);
    double[] result = output.read();
    for (int i = 0; i < n; i++) {
      double s = slope[i % channels];
      double exact =
          switch (pass) {
            case "forward" -> definition.value(x[i], s);
            case "derivative" -> definition.derivative(x[i], s);
            default -> gradY[i] * definition.derivative(x[i], s);
          };
      String at = "element " + i + ", x = " + x[i] + ", slope = " + s;
      worst.add(bound.error(result[i], exact, format), bound, at, result[i], exact);
    }
  }
}
