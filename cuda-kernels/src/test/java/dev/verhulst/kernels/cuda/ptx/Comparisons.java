package dev.verhulst.kernels.cuda.ptx;

import static dev.verhulst.kernels.cuda.ptx.Numbers.f32;
import static dev.verhulst.kernels.cuda.ptx.Numbers.f64;

import dev.verhulst.kernels.cuda.ptx.Instruction.Operation;
import dev.verhulst.kernels.cuda.ptx.Operands.Source;
import java.util.function.IntPredicate;

/** Comparisons into a predicate, and the selection by one. */
final class Comparisons {

  private Comparisons() {}

  /** A comparison of two registers. */
  private interface Comparison {
    boolean test(long a, long b);
  }

  static Operation compile(Opcode opcode, Operands operands) {
    return opcode.name().equals("selp") ? select(opcode, operands) : compare(opcode, operands);
  }

  private static Operation select(Opcode opcode, Operands operands) {
    int d = operands.destination(0);
    Source a = operands.source(1, opcode.type());
    Source b = operands.source(2, opcode.type());
    Source condition = operands.source(3, PtxType.PRED);
    return lane -> lane.registers[d] = condition.get(lane) != 0 ? a.get(lane) : b.get(lane);
  }

  private static Operation compare(Opcode opcode, Operands operands) {
    if (opcode.modifiers().size() != 2 || operands.count() != 3) {
      throw opcode.unsupported();
    }
    PtxType type = opcode.type();
    int d = operands.destination(0);
    Source a = operands.source(1, type);
    Source b = operands.source(2, type);
    Comparison comparison = type.isFloat() ? ofFloats(opcode) : ofIntegers(opcode);
    return lane -> lane.registers[d] = comparison.test(a.get(lane), b.get(lane)) ? 1 : 0;
  }

  private static Comparison ofIntegers(Opcode opcode) {
    PtxType type = opcode.type();
    IntPredicate accepts = accepts(opcode.modifiers().getFirst(), opcode);
    return type.isSigned()
        ? (a, b) -> accepts.test(Long.compare(type.integer(a), type.integer(b)))
        : (a, b) -> accepts.test(Long.compareUnsigned(type.integer(a), type.integer(b)));
  }

  private static Comparison ofFloats(Opcode opcode) {
    String relation = opcode.modifiers().getFirst();
    boolean wide = opcode.type() == PtxType.F64;
    if (!wide && opcode.type() != PtxType.F32) {
      throw opcode.unsupported();
    }
    if (relation.equals("num") || relation.equals("nan")) {
      boolean numbers = relation.equals("num");
      return (a, b) -> numbers != (Double.isNaN(number(wide, a)) || Double.isNaN(number(wide, b)));
    }
    boolean unordered = relation.length() == 3;
    IntPredicate accepts = accepts(unordered ? relation.substring(0, 2) : relation, opcode);
    return (a, b) -> {
      double first = number(wide, a);
      double second = number(wide, b);
      if (Double.isNaN(first) || Double.isNaN(second)) {
        return unordered;
      }
      return accepts.test(first < second ? -1 : first > second ? 1 : 0);
    };
  }

  private static double number(boolean wide, long register) {
    return wide ? f64(register) : f32(register);
  }

  private static IntPredicate accepts(String relation, Opcode opcode) {
    return switch (relation) {
      case "eq" -> order -> order == 0;
      case "ne" -> order -> order != 0;
      case "lt" -> order -> order < 0;
      case "le" -> order -> order <= 0;
      case "gt" -> order -> order > 0;
      case "ge" -> order -> order >= 0;
      default -> throw opcode.unsupported();
    };
  }
}
