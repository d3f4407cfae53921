package dev.verhulst.kernels.cuda.ptx;

import dev.verhulst.kernels.cuda.ptx.Instruction.Operation;
import dev.verhulst.kernels.cuda.ptx.Operands.Source;
import java.util.function.LongBinaryOperator;

/** Integer arithmetic, shifts and logic. */
final class Integers {

  private Integers() {}

  static Operation compile(Opcode opcode, Operands operands) {
    PtxType type = opcode.type();
    int d = operands.destination(0);
    Source a = operands.source(1, type);
    if (opcode.name().equals("not")) {
      return lane -> lane.registers[d] = ~a.get(lane) & type.mask();
    }
    if (opcode.name().equals("mad")) {
      opcode.requireOnly("lo");
      Source factor = operands.source(2, type);
      Source summand = operands.source(3, type);
      return lane ->
          lane.registers[d] = a.get(lane) * factor.get(lane) + summand.get(lane) & type.mask();
    }
    boolean shift = opcode.name().startsWith("sh");
    Source b = operands.source(2, shift ? PtxType.U32 : type);
    LongBinaryOperator operator = operator(opcode, type);
    long mask = opcode.has("wide") ? -1 : type.mask();
    return lane -> lane.registers[d] = operator.applyAsLong(a.get(lane), b.get(lane)) & mask;
  }

  private static LongBinaryOperator operator(Opcode opcode, PtxType type) {
    opcode.requireOnly("lo", "wide");
    return switch (opcode.name()) {
      case "add" -> (a, b) -> a + b;
      case "sub" -> (a, b) -> a - b;
      case "mul" -> multiply(opcode, type);
      case "div" -> (a, b) -> quotient(type, a, b);
      case "rem" -> (a, b) -> remainder(type, a, b);
      case "and" -> (a, b) -> a & b;
      case "or" -> (a, b) -> a | b;
      case "xor" -> (a, b) -> a ^ b;
      case "shl" -> (a, b) -> (b & 0xffffffffL) >= type.bits() ? 0 : a << b;
      case "shr" ->
          type.isSigned()
              ? (a, b) -> type.integer(a) >> Math.min(b & 0xffffffffL, 63)
              : (a, b) -> (b & 0xffffffffL) >= type.bits() ? 0 : type.integer(a) >>> b;
      default -> throw opcode.unsupported();
    };
  }

  private static LongBinaryOperator multiply(Opcode opcode, PtxType type) {
    if (opcode.has("wide")) {
      if (type.bits() > 32) {
        throw opcode.unsupported();
      }
      return (a, b) -> type.integer(a) * type.integer(b);
    }
    if (!opcode.has("lo")) {
      throw opcode.unsupported();
    }
    return (a, b) -> a * b;
  }

  private static long quotient(PtxType type, long a, long b) {
    if (type.integer(b) == 0) {
      throw new PtxException("division by 0");
    }
    return type.isSigned()
        ? type.integer(a) / type.integer(b)
        : Long.divideUnsigned(type.integer(a), type.integer(b));
  }

  private static long remainder(PtxType type, long a, long b) {
    if (type.integer(b) == 0) {
      throw new PtxException("division by 0");
    }
    return type.isSigned()
        ? type.integer(a) % type.integer(b)
        : Long.remainderUnsigned(type.integer(a), type.integer(b));
  }
}
