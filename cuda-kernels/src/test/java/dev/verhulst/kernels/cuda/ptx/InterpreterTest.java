package dev.verhulst.kernels.cuda.ptx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.cuda.ptx.Approximation.Direction;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The interpreter itself: what instructions give, and what it refuses. */
final class InterpreterTest {

  /** A kernel of one thread that computes one 64-bit register from two and stores it. */
  private static long compute(String instructions, long a, long b) {
    return compute(Direction.EXACT, instructions, a, b);
  }

  private static long compute(Direction direction, String instructions, long a, long b) {
    DeviceMemory memory = new DeviceMemory();
    long out = memory.allocate(8);
    interpreter(memory, direction)
        .launch(
            kernel(
                """
                ld.param.u64 %x, [k_param_0];
                ld.param.u64 %y, [k_param_1];
                ld.param.u64 %out, [k_param_2];
                """
                    + instructions
                    + "st.global.u64 [%out], %r;"),
            1,
            1,
            a,
            b,
            out);
    return memory.host(out).getLong(0);
  }

  private static Interpreter interpreter(DeviceMemory memory, Direction direction) {
    return new Interpreter(memory, new Approximation(direction, new Random(1)));
  }

  private static PtxKernel kernel(String body) {
    return PtxModule.parse(
            """
            .version 7.0
            .target sm_75
            .address_size 64
            .visible .entry k(
            .param .u64 k_param_0,
            .param .u64 k_param_1,
            .param .u64 k_param_2
            )
            .maxntid 64, 1, 1
            {
            .reg .pred %p<4>;
            .reg .b32 %i<4>;
            .reg .b64 %x, %y, %r, %out;
            .shared .align 8 .b8 buffer[16];
            """
                + body
                + "ret;\n}\n")
        .kernel("k");
  }

  private static long bits(float number) {
    return Numbers.bits(number);
  }

  @Test
  void instructionsAreCountedByNameWhereTheyAreExecuted() {
    LongAdder executed = new LongAdder();
    PtxKernel kernel =
        kernel(
                """
                ld.param.u64 %x, [k_param_0];
                setp.eq.s64 %p0, %x, 1;
                add.s64 %y, %x, 1;
                @%p0 add.s64 %y, %x, 2;
                @!%p0 add.s64 %y, %x, 3;
                sub.s64 %y, %x, 1;
                """)
            .counting(name -> name.equals("add.s64"), executed);
    interpreter(new DeviceMemory(), Direction.EXACT).launch(kernel, 2, 5, 1L, 0L, 0L);
    assertThat(executed.sum()).isEqualTo(2 * 5 * 2);
  }

  @Test
  void fusedMultiplyAddRoundsOnce() {
    float a = 1 + 0x1p-12f;
    assertThat(compute("fma.rn.f32 %r, %x, %x, %y;", bits(a), bits(-1 - 0x1p-11f)))
        .isEqualTo(bits(0x1p-24f));
    assertThat(
            compute("mul.rn.f32 %r, %x, %x; add.rn.f32 %r, %r, %y;", bits(a), bits(-1 - 0x1p-11f)))
        .isEqualTo(bits(0f));
  }

  @ParameterizedTest
  @CsvSource({"min.f32,2.0", "max.f32,2.0", "min.NaN.f32,NaN", "max.NaN.f32,NaN"})
  void minimaAndMaximaKeepNaNOnlyWhereTheySaySo(String instruction, float expected) {
    long result = compute(instruction + " %r, %x, %y;", bits(Float.NaN), bits(2f));
    assertThat(Float.compare(Numbers.f32(result), expected)).isZero();
  }

  @Test
  void approximateInstructionsStayWithinTheirBoundsAndReachTheEnds() {
    float x = 3;
    double exact = 1.0 / x;
    double ulp = Math.ulp((float) exact);
    double below =
        Numbers.f32(compute(Direction.BELOW, "rcp.approx.ftz.f32 %r, %x;", bits(x), 0)) - exact;
    double above =
        Numbers.f32(compute(Direction.ABOVE, "rcp.approx.ftz.f32 %r, %x;", bits(x), 0)) - exact;
    assertThat(below).isBetween(-ulp, -0.3 * ulp);
    assertThat(above).isBetween(0.3 * ulp, ulp);
  }

  @Test
  void subnormalsAreFlushedOnlyWhereTheInstructionSaysSo() {
    float huge = 0x1.8p126f;
    assertThat(Numbers.f32(compute("rcp.approx.ftz.f32 %r, %x;", bits(huge), 0))).isZero();
    assertThat(Numbers.f32(compute("rcp.approx.f32 %r, %x;", bits(huge), 0))).isPositive();
    assertThat(Numbers.f32(compute("mul.rn.f32 %r, %x, %y;", bits(0x1p-126f), bits(0.25f))))
        .isEqualTo(0x1p-128f);
  }

  @ParameterizedTest
  @CsvSource({
    "1.00048828125,3c00", // a tie goes to the even neighbour
    "1.00146484375,3c02",
    "65519.9,7bff",
    "65520,7c00",
    "2.98023224e-8,0000",
    "4.5e-8,0001"
  })
  void conversionToHalfRoundsToNearestEven(float number, String expected) {
    long result = compute("cvt.rn.f16.f32 %r, %x;", bits(number), 0);
    assertThat(result).isEqualTo(Long.parseLong(expected, 16));
  }

  @ParameterizedTest
  @CsvSource({"1.00390625,3f80", "1.01171875,3f82", "3.4e38,7f80", "NaN,7fff"})
  void conversionToBfloat16RoundsToNearestEven(float number, String expected) {
    long result = compute("cvt.rn.bf16.f32 %r, %x;", bits(number), 0);
    assertThat(result).isEqualTo(Long.parseLong(expected, 16));
  }

  @Test
  void packingPutsTheFirstSourceIntoTheUpperHalf() {
    assertThat(compute("cvt.rn.f16x2.f32 %r, %x, %y;", bits(1f), bits(2f))).isEqualTo(0x3c004000L);
    assertThat(compute("mov.b64 %r, {%x, %y};", 0x11111111L, 0x22222222L))
        .isEqualTo(0x2222222211111111L);
    assertThat(compute("mov.b64 {%i0, %i1}, %x; mov.b64 %r, {%i1, %i0};", 0x1111111122222222L, 0))
        .isEqualTo(0x2222222211111111L);
  }

  @Test
  void integersWrapShiftAndDivideAsOnADevice() {
    assertThat(compute("mul.wide.u32 %r, %x, %y;", 0xffffffffL, 0xffffffffL))
        .isEqualTo(0xfffffffe00000001L);
    assertThat(compute("add.s32 %r, %x, %y;", 0xffffffffL, 2)).isEqualTo(1);
    assertThat(compute("shr.s32 %r, %x, %y;", 0x80000000L, 40)).isEqualTo(0xffffffffL);
    assertThat(compute("shr.u32 %r, %x, %y;", 0x80000000L, 40)).isZero();
    assertThat(compute("shr.u64 %r, %x, %y;", Long.MIN_VALUE, 63)).isEqualTo(1);
    assertThat(compute("shr.u64 %r, %x, %y;", Long.MIN_VALUE, 64)).isZero();
    assertThat(compute("shr.s64 %r, %x, %y;", Long.MIN_VALUE, 64)).isEqualTo(-1);
    assertThat(compute("shl.b32 %r, %x, %y;", 1, 32)).isZero();
    assertThat(compute("rem.u64 %r, %x, %y;", -1, 10)).isEqualTo(5);
    assertThat(compute("div.u64 %r, %x, %y;", -1, 10)).isEqualTo(1844674407370955161L);
    assertThat(compute("div.s32 %r, %x, %y;", 0xfffffff9L, 2)).isEqualTo(0xfffffffdL);
    assertThat(compute("mad.lo.s32 %r, %x, %y, %x;", 0x10001L, 0x10000L)).isEqualTo(0x20001L);
  }

  @ParameterizedTest
  @CsvSource({"lt,0", "ltu,1", "ne,0", "neu,1", "num,0", "nan,1"})
  void comparisonsWithNaNAreTrueOnlyWhereUnordered(String relation, long expected) {
    String instructions = "setp." + relation + ".f32 %p1, %x, %y; selp.b64 %r, 1, 0, %p1;";
    assertThat(compute(instructions, bits(Float.NaN), bits(1f))).isEqualTo(expected);
  }

  @Test
  void lanesOfAWarpExchangeValues() {
    DeviceMemory memory = new DeviceMemory();
    long out = memory.allocate(64 * 8);
    PtxKernel kernel =
        kernel(
            """
            ld.param.u64 %out, [k_param_2];
            mov.u32 %i0, %tid.x;
            shfl.sync.bfly.b32 %i1|%p1, %i0, 5, 31, -1;
            mul.wide.u32 %y, %i0, 8;
            add.s64 %out, %out, %y;
            cvt.u64.u32 %r, %i1;
            st.global.u64 [%out], %r;
            """);
    interpreter(memory, Direction.EXACT).launch(kernel, 1, 64, 0L, 0L, out);
    assertThat(LongStream.range(0, 64).map(i -> memory.host(out).getLong((int) (8 * i))))
        .containsExactly(LongStream.range(0, 64).map(i -> i ^ 5).boxed().toArray(Long[]::new));
  }

  @Test
  void anAccessBehindTheEndIsCaughtAndNamed() {
    assertThatThrownBy(() -> compute("ld.global.u64 %r, [%out+8];", 0, 0))
        .isInstanceOf(PtxException.class)
        .hasMessage(
            "k, thread 0 of block 0, 'ld.global.u64 %r, [%out+8]': access to 8 bytes at"
                + " 0x10000000008: out of bounds, byte 8 of allocation 1, which has 8");
    assertThatThrownBy(() -> compute("ld.global.u64 %r, [%x];", 0, 0))
        .hasMessageContaining("there is no allocation");
    assertThatThrownBy(() -> compute("ld.shared.u64 %r, [buffer+16];", 0, 0))
        .hasMessageContaining("16 of shared memory, which has 16");
  }

  @Test
  void aMisalignedAccessIsCaught() {
    assertThatThrownBy(() -> compute("ld.global.u32 %r, [%out+2];", 0, 0))
        .hasMessageContaining("not aligned");
    assertThatThrownBy(() -> compute("ld.global.v2.u32 {%i0, %i1}, [%out+4]; mov.b64 %r, 0;", 0, 0))
        .hasMessageContaining("out of bounds");
  }

  @Test
  void wrongArgumentsAreCaught() {
    PtxKernel kernel = kernel("");
    Interpreter interpreter = interpreter(new DeviceMemory(), Direction.EXACT);
    assertThatThrownBy(() -> interpreter.launch(kernel, 1, 1, 1L, 2L))
        .hasMessage("k takes 3 arguments, got 2");
    assertThatThrownBy(() -> interpreter.launch(kernel, 1, 1, 1L, 2L, 3f))
        .hasMessage("argument 2 of k is U64, got Float");
    assertThatThrownBy(() -> interpreter.launch(kernel, 1, 65, 1L, 2L, 3L))
        .hasMessage("k takes 1 to 64 threads, got 65");
  }

  @Test
  void aBarrierThatSomeThreadsNeverReachIsCaught() {
    PtxKernel kernel =
        kernel(
            """
            mov.u32 %i0, %tid.x;
            setp.eq.u32 %p1, %i0, 0;
            @%p1 bra $END;
            bar.sync 0;
            $END:
            """);
    assertThatThrownBy(
            () ->
                interpreter(new DeviceMemory(), Direction.EXACT).launch(kernel, 1, 64, 0L, 0L, 0L))
        .hasMessageContaining("waits for threads that will never come");
  }

  @Test
  void aShuffleThatSomeLanesMissIsCaught() {
    PtxKernel kernel = kernel("shfl.sync.bfly.b32 %i1, %i0, 1, 31, -1;");
    assertThatThrownBy(
            () ->
                interpreter(new DeviceMemory(), Direction.EXACT).launch(kernel, 1, 33, 0L, 0L, 0L))
        .hasMessageContaining("not all 32 lanes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sin.approx.f32 %i0, %i1; | 'sin.approx.f32'",
        "add.rz.f32 %i0, %i1, %i2; | '.rz'",
        "add.s32 %i0, %i1, %unknown; | '%unknown'",
        "frobnicate.b32 %i0, %i1; | frobnicate"
      })
  void whatItDoesNotKnowIsRefused(String instruction, String named) {
    assertThatThrownBy(() -> kernel(instruction))
        .isInstanceOf(PtxException.class)
        .hasMessageContaining(named);
  }
}
