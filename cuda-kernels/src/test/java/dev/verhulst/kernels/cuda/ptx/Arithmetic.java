package dev.verhulst.kernels.cuda.ptx;

import static dev.verhulst.kernels.cuda.ptx.Numbers.bits;
import static dev.verhulst.kernels.cuda.ptx.Numbers.f32;
import static dev.verhulst.kernels.cuda.ptx.Numbers.f64;

import dev.verhulst.kernels.cuda.ptx.Instruction.Operation;
import dev.verhulst.kernels.cuda.ptx.Operands.Source;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Floating-point arithmetic that IEEE 754 defines to the last bit, rounded to nearest. */
final class Arithmetic {

  private Arithmetic() {}

  /** An operation on two FP32 numbers. */
  private interface FloatBinary {
    float apply(float a, float b);
  }

  static Operation compile(Opcode opcode, Operands operands) {
    return switch (opcode.type()) {
      case F32 -> single(opcode, operands);
      case F64 -> wide(opcode, operands);
      case PRED,
          B8,
          U8,
          S8,
          B16,
          U16,
          S16,
          F16,
          BF16,
          B32,
          U32,
          S32,
          F16X2,
          BF16X2,
          B64,
          U64,
          S64 ->
          throw opcode.unsupported();
    };
  }

  private static Operation single(Opcode opcode, Operands operands) {
    int d = operands.destination(0);
    Source a = operands.source(1, PtxType.F32);
    switch (opcode.name()) {
      case "neg" -> {
        opcode.requireOnly();
        return lane -> lane.registers[d] = a.get(lane) ^ 0x80000000L;
      }
      case "abs" -> {
        opcode.requireOnly();
        return lane -> lane.registers[d] = a.get(lane) & 0x7fffffffL;
      }
      case "sqrt" -> {
        opcode.requireOnly("rn");
        return lane -> lane.registers[d] = bits((float) Math.sqrt(f32(a.get(lane))));
      }
      case "fma" -> {
        opcode.requireOnly("rn");
        Source b = operands.source(2, PtxType.F32);
        Source c = operands.source(3, PtxType.F32);
        return lane ->
            lane.registers[d] =
                bits(Math.fma(f32(a.get(lane)), f32(b.get(lane)), f32(c.get(lane))));
      }
      default -> {
        Source b = operands.source(2, PtxType.F32);
        FloatBinary operator = singleOperator(opcode);
        return lane -> lane.registers[d] = bits(operator.apply(f32(a.get(lane)), f32(b.get(lane))));
      }
    }
  }

  private static FloatBinary singleOperator(Opcode opcode) {
    opcode.requireOnly("rn", "NaN");
    boolean keepsNan = opcode.has("NaN");
    return switch (opcode.name()) {
      case "add" -> (a, b) -> a + b;
      case "sub" -> (a, b) -> a - b;
      case "mul" -> (a, b) -> a * b;
      case "div" -> (a, b) -> a / b;
      case "min" ->
          keepsNan ? Math::min : (a, b) -> Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.min(a, b);
      case "max" ->
          keepsNan ? Math::max : (a, b) -> Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.max(a, b);
      case "copysign" -> (a, b) -> Math.copySign(b, a);
      default -> throw opcode.unsupported();
    };
  }

  private static Operation wide(Opcode opcode, Operands operands) {
    int d = operands.destination(0);
    Source a = operands.source(1, PtxType.F64);
    switch (opcode.name()) {
      case "neg", "abs", "sqrt", "rcp" -> {
        opcode.requireOnly("rn");
        DoubleUnaryOperator operator = wideUnary(opcode);
        return lane -> lane.registers[d] = bits(operator.applyAsDouble(f64(a.get(lane))));
      }
      case "fma" -> {
        opcode.requireOnly("rn");
        Source b = operands.source(2, PtxType.F64);
        Source c = operands.source(3, PtxType.F64);
        return lane ->
            lane.registers[d] =
                bits(Math.fma(f64(a.get(lane)), f64(b.get(lane)), f64(c.get(lane))));
      }
      default -> {
        opcode.requireOnly("rn");
        Source b = operands.source(2, PtxType.F64);
        DoubleBinaryOperator operator = wideBinary(opcode);
        return lane ->
            lane.registers[d] = bits(operator.applyAsDouble(f64(a.get(lane)), f64(b.get(lane))));
      }
    }
  }

  private static DoubleUnaryOperator wideUnary(Opcode opcode) {
    return switch (opcode.name()) {
      case "neg" -> a -> -a;
      case "abs" -> Math::abs;
      case "sqrt" -> Math::sqrt;
      case "rcp" -> a -> 1 / a;
      default -> throw opcode.unsupported();
    };
  }

  private static DoubleBinaryOperator wideBinary(Opcode opcode) {
    return switch (opcode.name()) {
      case "add" -> (a, b) -> a + b;
      case "sub" -> (a, b) -> a - b;
      case "mul" -> (a, b) -> a * b;
      case "div" -> (a, b) -> a / b;
      case "min" -> (a, b) -> Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b);
      case "max" -> (a, b) -> Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
      case "copysign" -> (a, b) -> Math.copySign(b, a);
      default -> throw opcode.unsupported();
    };
  }
}
