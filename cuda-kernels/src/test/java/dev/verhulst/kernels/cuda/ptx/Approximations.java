package dev.verhulst.kernels.cuda.ptx;

import static dev.verhulst.kernels.cuda.ptx.Numbers.bits;
import static dev.verhulst.kernels.cuda.ptx.Numbers.f32;
import static dev.verhulst.kernels.cuda.ptx.Numbers.f64;
import static dev.verhulst.kernels.cuda.ptx.Numbers.flushed;

import dev.verhulst.kernels.cuda.ptx.Instruction.Operation;
import dev.verhulst.kernels.cuda.ptx.Operands.Source;

/**
 * The approximate instructions, within the error that the PTX manual allows them: rcp 1 ulp, rsqrt
 * 2^-22.9 of the result, ex2 2 ulp. The results that the manual gives exactly (zero, infinity) stay
 * exact.
 */
final class Approximations {

  private static final double RCP_ULPS = 1;
  private static final double EX2_ULPS = 2;
  private static final double RSQRT_ERROR = Math.pow(2, -22.9);

  private Approximations() {}

  /** What an approximate FP32 instruction gives. */
  private interface Approximate {
    float apply(float a, Approximation approximation);
  }

  static Operation compile(Opcode opcode, Operands operands) {
    opcode.requireOnly("approx", "ftz");
    int d = operands.destination(0);
    boolean ftz = opcode.has("ftz");
    if (opcode.type() == PtxType.F64) {
      if (!opcode.text().equals("rcp.approx.ftz.f64")) {
        throw opcode.unsupported();
      }
      Source a = operands.source(1, PtxType.F64);
      return lane ->
          lane.registers[d] =
              bits(lane.block.approximation().ofUpperHalf(1 / upperHalf(f64(a.get(lane)))));
    }
    if (opcode.type() != PtxType.F32) {
      throw opcode.unsupported();
    }
    Source a = operands.source(1, PtxType.F32);
    Approximate approximate = approximate(opcode);
    return lane -> {
      float input = f32(a.get(lane));
      float result = approximate.apply(ftz ? flushed(input) : input, lane.block.approximation());
      lane.registers[d] = bits(ftz ? flushed(result) : result);
    };
  }

  private static Approximate approximate(Opcode opcode) {
    return switch (opcode.name()) {
      case "rcp" -> (a, approximation) -> approximation.ofUlps(1.0 / a, RCP_ULPS);
      case "rsqrt" ->
          (a, approximation) ->
              approximation.ofRelativeError(1 / Math.sqrt((double) a), RSQRT_ERROR);
      case "ex2" ->
          (a, approximation) ->
              // CUDA's own functions rely on powers of two being exact.
              a == Math.rint(a)
                  ? (float) Math.pow(2, a)
                  : approximation.ofUlps(Math.pow(2, a), EX2_ULPS);
      default -> throw opcode.unsupported();
    };
  }

  private static double upperHalf(double number) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(number) & 0xffffffff00000000L);
  }
}
