package dev.verhulst.kernels.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.cuda.ptx.Approximation;
import dev.verhulst.kernels.cuda.ptx.Approximation.Direction;
import dev.verhulst.kernels.cuda.ptx.DeviceMemory;
import dev.verhulst.kernels.cuda.ptx.Interpreter;
import dev.verhulst.kernels.cuda.ptx.PtxException;
import dev.verhulst.kernels.cuda.ptx.PtxKernel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every mapped kernel that ships, interpreted: one launch over many pieces, of sizes around the
 * ends of vectors and blocks, aligned, misaligned and in place, that ask for different outputs. The
 * results are those of the plain kernels, to the bit.
 */
final class MappedKernelTest {

  private static final int[] SIZES = {0, 1, 3, 4, 5, 13, 127, 207};
  private static final int[] LARGER_SIZES = {1025, 4098};

  private static final List<String> PASSES = List.of("forward", "derivative", "backward");
  private static final int ALL = 7;
  private static final int BACKWARD = 4;

  /** Fewer than there are pieces. */
  private static final int BLOCKS = 3;

  private static final int THREADS = 64;

  /** The kernel that errors are planted into. */
  private static final String ENTRY = "sigmoid_mapped_fp32";

  static Stream<ElementwiseFunction> functions() {
    return ElementwiseFunction.all();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void hasTheBitsOfThePlainKernels(ElementwiseFunction function) {
    for (String target : CommittedPtx.TARGETS) {
      for (NumberFormat format : NumberFormat.values()) {
        new Batch(function, target, format).check();
      }
    }
  }

  /** The pieces of one launch, and the results of the plain kernels. */
  private static final class Batch {

    private final DeviceMemory memory = new DeviceMemory();
    private final Random random = new Random(9);
    private final ElementwiseFunction function;
    private final String target;
    private final NumberFormat format;
    private final int[] largest;
    private final double[] x;
    private final double[] gradY;
    private final List<Piece> pieces = new ArrayList<>();

    Batch(ElementwiseFunction function, String target, NumberFormat format) {
      this.function = function;
      this.target = target;
      this.format = format;
      largest = format == NumberFormat.FP32 ? LARGER_SIZES : new int[0];
      int most = format == NumberFormat.FP32 ? 4098 : 207;
      x = Inputs.numbers(most, format, random);
      gradY = Inputs.gradients(most, format, random);
    }

    void check() {
      for (int size : SIZES) {
        for (int outputs = 1; outputs <= ALL; outputs++) {
          add(size, outputs, 0);
        }
        add(size, ALL, 1);
        add(size, 1, 3);
        addInPlace(size);
      }
      for (int size : largest) {
        add(size, ALL, 0);
      }
      launch(
          CommittedPtx.module(function.module() + "_mapped", target)
              .kernel(function.entry("mapped", format.dataType())));
      for (int pass = 0; pass < PASSES.size(); pass++) {
        ByteBuffer expected = plain(pass);
        for (Piece piece : pieces) {
          long output = piece.outputs()[pass];
          if (output != 0) {
            int byteSize = piece.size() * format.byteSize();
            assertThat(memory.host(output).slice(0, byteSize))
                .as(
                    "%s of %s in %s, %s, %d elements",
                    PASSES.get(pass), function, format, target, piece.size())
                .isEqualTo(expected.slice(0, byteSize));
          }
        }
      }
    }

    /**
     * @param shift by how many elements the first output lies after an aligned address
     */
    private void add(int size, int outputs, int shift) {
      long[] addresses = new long[PASSES.size()];
      for (int i = 0; i < addresses.length; i++) {
        boolean asked = (outputs & 1 << i) != 0;
        addresses[i] = asked ? allocate(size, shift) : 0;
      }
      long gradients = (outputs & BACKWARD) == 0 ? 0 : write(size, gradY);
      pieces.add(new Piece(size, write(size, x), gradients, addresses));
    }

    private void addInPlace(int size) {
      long numbers = write(size, x);
      pieces.add(new Piece(size, numbers, 0, new long[] {numbers, 0, 0}));
    }

    private long write(int size, double[] numbers) {
      long address = allocate(size, 0);
      return new Tensor(memory, format, address, size).write(numbers).address();
    }

    private long allocate(int size, int shift) {
      return memory.allocate((size + (long) shift) * format.byteSize())
          + (long) shift * format.byteSize();
    }

    private void launch(PtxKernel kernel) {
      List<Object> arguments = new ArrayList<>(List.of(Piece.table(memory, pieces)));
      arguments.add((long) pieces.size());
      arguments.addAll(function.numbers(format.dataType()));
      interpreter().launch(kernel, BLOCKS, THREADS, arguments.toArray());
    }

    private ByteBuffer plain(int pass) {
      PtxKernel kernel =
          CommittedPtx.module(function.module(), target)
              .kernel(function.entry(PASSES.get(pass), format.dataType()));
      long output = allocate(x.length, 0);
      List<Object> arguments = new ArrayList<>(List.of(write(x.length, x)));
      if (PASSES.get(pass).equals("backward")) {
        arguments.add(write(x.length, gradY));
      }
      arguments.add(output);
      arguments.add((long) x.length);
      arguments.addAll(function.numbers(format.dataType()));
      interpreter().launch(kernel, 1, THREADS, arguments.toArray());
      return memory.host(output);
    }

    private Interpreter interpreter() {
      return new Interpreter(memory, new Approximation(Direction.EXACT, random));
    }
  }

  /** A row of the table. */
  private record Piece(int size, long x, long gradY, long[] outputs) {

    static final int BYTES = 64;

    static long table(DeviceMemory memory, List<Piece> pieces) {
      long address = memory.allocate((long) BYTES * pieces.size());
      ByteBuffer table = memory.host(address);
      for (Piece piece : pieces) {
        table.putLong(piece.x).putLong(piece.gradY);
        for (long output : piece.outputs) {
          table.putLong(output);
        }
        table.putLong(piece.size).putLong(-1).putLong(-1);
      }
      return address;
    }
  }

  private static PtxKernel planted(String target, String pattern, String replacement) {
    return CommittedPtx.planted("sigmoid_mapped", ENTRY, target, pattern, replacement);
  }

  private static void launchSigmoid(PtxKernel kernel, int size, int shift) {
    DeviceMemory memory = new DeviceMemory();
    long x = memory.allocate(4L * size);
    long y = memory.allocate(4L * (size + shift)) + 4L * shift;
    long table = Piece.table(memory, List.of(new Piece(size, x, 0, new long[] {y, 0, 0})));
    new Interpreter(memory, new Approximation(Direction.EXACT, new Random(1)))
        .launch(kernel, 2, THREADS, table, 1L);
  }

  @ParameterizedTest
  @MethodSource("dev.verhulst.kernels.cuda.kernel.EntryNamesTest#targets")
  void oneElementTooManyIsOutOfBounds(String target) {
    PtxKernel kernel =
        planted(
            target, "ld\\.shared\\.u64\\s+(%rd\\d+), \\[\\w+\\+40\\];", "$0 add.s64 $1, $1, 1;");
    for (int size : new int[] {0, 1, 4, 1025}) {
      assertThatThrownBy(() -> launchSigmoid(kernel, size, 0))
          .isInstanceOf(PtxException.class)
          .hasMessageContaining("out of bounds, byte " + 4 * size + " of allocation 1");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.verhulst.kernels.cuda.kernel.EntryNamesTest#targets")
  void onePieceTooManyIsOutOfBounds(String target) {
    PtxKernel kernel = CommittedPtx.withOneMore("sigmoid_mapped", ENTRY, target, 1);
    assertThatThrownBy(() -> launchSigmoid(kernel, 5, 0))
        .hasMessageContaining("out of bounds, byte 64 of allocation 3");
  }

  @ParameterizedTest
  @MethodSource("dev.verhulst.kernels.cuda.kernel.EntryNamesTest#targets")
  void aVectorAtAMisalignedAddressIsCaught(String target) {
    PtxKernel kernel = planted(target, "(and\\.b64\\s+%rd\\d+, %rd\\d+), 15;", "$1, 3;");
    launchSigmoid(kernel, 127, 0);
    assertThatThrownBy(() -> launchSigmoid(kernel, 127, 1)).hasMessageContaining("not aligned");
  }
}
