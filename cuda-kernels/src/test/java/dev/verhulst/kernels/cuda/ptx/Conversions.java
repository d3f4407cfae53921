package dev.verhulst.kernels.cuda.ptx;

import static dev.verhulst.kernels.cuda.ptx.Numbers.bf16Bits;
import static dev.verhulst.kernels.cuda.ptx.Numbers.bits;
import static dev.verhulst.kernels.cuda.ptx.Numbers.f16;
import static dev.verhulst.kernels.cuda.ptx.Numbers.f16Bits;
import static dev.verhulst.kernels.cuda.ptx.Numbers.f32;
import static dev.verhulst.kernels.cuda.ptx.Numbers.f64;

import dev.verhulst.kernels.cuda.ptx.Instruction.Operation;
import dev.verhulst.kernels.cuda.ptx.Operands.Source;
import java.util.function.LongUnaryOperator;

/** Conversions between types. */
final class Conversions {

  private Conversions() {}

  static Operation compile(Opcode opcode, Operands operands) {
    if (opcode.name().equals("cvta")) {
      return convert(operands, PtxType.U64, address -> address);
    }
    return switch (opcode.text()) {
      case "cvt.f32.f16" -> convert(operands, PtxType.F16, a -> bits(f16(a)));
      case "cvt.f64.f32" -> convert(operands, PtxType.F32, a -> bits((double) f32(a)));
      case "cvt.rn.f32.f64" -> convert(operands, PtxType.F64, a -> bits((float) f64(a)));
      case "cvt.rn.f16.f32" -> convert(operands, PtxType.F32, a -> f16Bits(f32(a)));
      case "cvt.rn.bf16.f32" -> convert(operands, PtxType.F32, a -> bf16Bits(f32(a)));
      case "cvt.rn.f32.s32" -> convert(operands, PtxType.S32, a -> bits((float) (int) a));
      case "cvt.rni.f32.f32" ->
          convert(operands, PtxType.F32, a -> bits((float) Math.rint(f32(a))));
      case "cvt.rn.f16x2.f32" -> pack(operands, a -> f16Bits(f32(a)));
      case "cvt.rn.bf16x2.f32" -> pack(operands, a -> bf16Bits(f32(a)));
      default -> integers(opcode, operands);
    };
  }

  private static Operation integers(Opcode opcode, Operands operands) {
    if (opcode.modifiers().size() != 2) {
      throw opcode.unsupported();
    }
    PtxType from = opcode.type();
    PtxType to = opcode.resultType();
    if (from.isFloat() || to.isFloat()) {
      throw opcode.unsupported();
    }
    return convert(operands, from, a -> from.integer(a) & to.mask());
  }

  private static Operation convert(Operands operands, PtxType from, LongUnaryOperator conversion) {
    int d = operands.destination(0);
    Source a = operands.source(1, from);
    return lane -> lane.registers[d] = conversion.applyAsLong(a.get(lane));
  }

  /** Two conversions into one register: the first source goes into its upper half. */
  private static Operation pack(Operands operands, LongUnaryOperator conversion) {
    int d = operands.destination(0);
    Source upper = operands.source(1, PtxType.F32);
    Source lower = operands.source(2, PtxType.F32);
    return lane ->
        lane.registers[d] =
            conversion.applyAsLong(upper.get(lane)) << 16 | conversion.applyAsLong(lower.get(lane));
  }
}
