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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors planted into a kernel that ships are caught: the tests that find none could find some. */
final class PlantedErrorTest {

  private static final String ENTRY = "sigmoid_forward_fp32";

  private static void launch(PtxKernel kernel, int n, boolean misaligned) {
    DeviceMemory memory = new DeviceMemory();
    Tensor x =
        misaligned
            ? Tensor.allocateMisaligned(memory, NumberFormat.FP32, n)
            : Tensor.allocate(memory, NumberFormat.FP32, n);
    Tensor out = Tensor.allocate(memory, NumberFormat.FP32, n);
    new Interpreter(memory, new Approximation(Direction.EXACT, new Random(1)))
        .launch(kernel, 2, 64, x.address(), out.address(), (long) n);
  }

  private static PtxKernel planted(String target, String pattern, String replacement) {
    return CommittedPtx.planted("sigmoid", ENTRY, target, pattern, replacement);
  }

  @ParameterizedTest
  @MethodSource("dev.verhulst.kernels.cuda.kernel.EntryNamesTest#targets")
  void oneElementTooManyIsOutOfBounds(String target) {
    PtxKernel kernel = CommittedPtx.withOneMore("sigmoid", ENTRY, target, 2);
    for (int n : new int[] {0, 1, 4, 1025}) {
      assertThatThrownBy(() -> launch(kernel, n, false))
          .isInstanceOf(PtxException.class)
          .hasMessageContaining(ENTRY + ", thread ")
          .hasMessageContaining("out of bounds, byte " + 4 * n + " of allocation 1");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.verhulst.kernels.cuda.kernel.EntryNamesTest#targets")
  void aVectorAtAMisalignedAddressIsCaught(String target) {
    PtxKernel kernel = planted(target, "(and\\.b64\\s+%rd\\d+, %rd\\d+), 15;", "$1, 3;");
    launch(kernel, 127, false);
    assertThatThrownBy(() -> launch(kernel, 127, true)).hasMessageContaining("not aligned");
  }

  @Test
  void aWrongCoefficientIsSeen() {
    PtxKernel kernel = planted("compute_80", "0f2DFFFFFE", "0f2DFFF000");
    DeviceMemory memory = new DeviceMemory();
    double[] inputs = {-2.3, -2.3, -2.3, -2.3};
    Tensor x = Tensor.allocate(memory, NumberFormat.FP32, inputs.length).write(inputs);
    new Interpreter(memory, new Approximation(Direction.EXACT, new Random(1)))
        .launch(kernel, 1, 32, x.address(), x.address(), (long) inputs.length);
    double exact = 1 / (1 + Math.exp((double) 2.3f));
    Bound bound = new Bound(3, 0);
    assertThat(bound.error(x.read()[0], exact, NumberFormat.FP32)).isGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"elu_forward_fp32", "elu_forward_fp64"})
  void aParameterOfTheWrongKindIsCaught(String entry) {
    PtxKernel kernel = CommittedPtx.module("elu", "compute_80").kernel(entry);
    boolean wide = entry.endsWith("fp64");
    Object wrong = wide ? (Object) 1f : (Object) 1.0;
    DeviceMemory memory = new DeviceMemory();
    Interpreter interpreter =
        new Interpreter(memory, new Approximation(Direction.EXACT, new Random(1)));
    assertThatThrownBy(() -> interpreter.launch(kernel, 1, 32, 0L, 0L, 0L, wrong))
        .hasMessage(
            "argument 3 of "
                + entry
                + " is "
                + (wide ? "F64" : "F32")
                + ", got "
                + wrong.getClass().getSimpleName());
    assertThatThrownBy(() -> interpreter.launch(kernel, 1, 32, 0L, 0L, 0L))
        .hasMessage(entry + " takes 4 arguments, got 3");
  }
}
