package dev.verhulst.kernels.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.cuda.ptx.Approximation;
import dev.verhulst.kernels.cuda.ptx.Approximation.Direction;
import dev.verhulst.kernels.cuda.ptx.DeviceMemory;
import dev.verhulst.kernels.cuda.ptx.Interpreter;
import dev.verhulst.kernels.cuda.ptx.PtxKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every element-wise kernel that ships, interpreted: at sizes around the vectors' and the grid's
 * ends, aligned, misaligned and in place, with the approximate instructions at the ends of their
 * bounds, against the definitions in double.
 */
final class ElementwiseKernelTest {

  private static final int[] SIZES = {0, 1, 3, 4, 5, 13, 127, 207, 1025, 4098};

  /** Above it only FP32 is run, and only aligned: the rest has met every end by then. */
  private static final int LARGEST_OF_ALL = 1025;

  /** The definitions are themselves off by up to so many ulp of FP64. */
  private static final double DEFINITION_ULPS = 6;

  /** How the tensors of a call lie. */
  private enum Layout {
    ALIGNED,
    MISALIGNED,
    IN_PLACE
  }

  static Stream<ElementwiseFunction> functions() {
    return ElementwiseFunction.all();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void forward(ElementwiseFunction function) {
    check(function, "forward");
  }

  @ParameterizedTest
  @MethodSource("functions")
  void derivative(ElementwiseFunction function) {
    check(function, "derivative");
  }

  @ParameterizedTest
  @MethodSource("functions")
  void backward(ElementwiseFunction function) {
    check(function, "backward");
  }

  private static void check(ElementwiseFunction function, String pass) {
    for (String target : CommittedPtx.TARGETS) {
      for (NumberFormat format : NumberFormat.values()) {
        PtxKernel kernel =
            CommittedPtx.module(function.module(), target)
                .kernel(function.entry(pass, format.dataType()));
        WorstError worst = new WorstError(kernel.name() + " of " + target);
        Random random = new Random(kernel.name().hashCode());
        for (int size : SIZES) {
          for (Layout layout : Layout.values()) {
            boolean plain = format == NumberFormat.FP32 && layout == Layout.ALIGNED;
            if (size <= LARGEST_OF_ALL || plain) {
              run(function, kernel, pass, format, size, layout, random, worst);
            }
          }
        }
        worst.assertWithinBound();
      }
    }
  }

  private static void run(
      ElementwiseFunction function,
      PtxKernel kernel,
      String pass,
      NumberFormat format,
      int size,
      Layout layout,
      Random random,
      WorstError worst) {
    DeviceMemory memory = new DeviceMemory();
    double[] x = Inputs.numbers(size, format, random);
    double[] gradY = Inputs.gradients(size, format, random);
    Tensor input = allocate(memory, format, size, layout).write(x);
    boolean backward = pass.equals("backward");
    Tensor output = layout == Layout.IN_PLACE ? input : allocate(memory, format, size, layout);
    List<Object> arguments = new ArrayList<>();
    arguments.add(input.address());
    if (backward) {
      arguments.add(allocate(memory, format, size, layout).write(gradY).address());
    }
    arguments.add(output.address());
    arguments.add((long) size);
    arguments.addAll(function.numbers(format.dataType()));

    Interpreter interpreter =
        new Interpreter(memory, new Approximation(Direction.EITHER_END, random));
    interpreter.launch(kernel, 3, 64, arguments.toArray());

    compare(function, pass, format, x, gradY, output.read(), worst);
    if (layout == Layout.MISALIGNED) {
      long before = output.address() - format.byteSize();
      assertThat(format.get(memory.host(before), 0)).as("the element before").isZero();
    }
    if (layout != Layout.IN_PLACE) {
      assertThat(input.read()).as("the input").isEqualTo(x);
    }
  }

  private static Tensor allocate(
      DeviceMemory memory, NumberFormat format, int size, Layout layout) {
    return layout == Layout.MISALIGNED
        ? Tensor.allocateMisaligned(memory, format, size)
        : Tensor.allocate(memory, format, size);
  }

  private static void compare(
      ElementwiseFunction function,
      String pass,
      NumberFormat format,
      double[] x,
      double[] gradY,
      double[] result,
      WorstError worst) {
    DataType dataType = format.dataType();
    ElementwiseActivation definition = function.definition(dataType);
    Bound ofValue = Bound.ofValue(function.module(), dataType);
    Bound ofDerivative = Bound.ofDerivative(dataType);
    double more = format == NumberFormat.FP64 ? DEFINITION_ULPS : 0;
    for (int i = 0; i < x.length; i++) {
      double exact;
      Bound bound;
      switch (pass) {
        case "forward" -> {
          exact = definition.value(x[i]);
          bound = ofValue.plusUlps(more);
        }
        case "derivative" -> {
          exact = definition.derivative(x[i]);
          bound = ofDerivative.plusUlps(more);
        }
        default -> {
          exact = gradY[i] * definition.derivative(x[i]);
          bound = ofDerivative.times(gradY[i]).plusUlps(more);
        }
      }
      double error = bound.error(result[i], exact, format);
      worst.add(error, bound, x[i] + " (" + Double.toHexString(x[i]) + ")", result[i], exact);
    }
  }
}
