package dev.verhulst.kernels.cuda.ptx;

import dev.verhulst.kernels.cuda.ptx.Instruction.Kind;
import dev.verhulst.kernels.cuda.ptx.Instruction.Operation;
import java.util.Map;

/** Turns the text of an instruction into something that can be executed. */
final class InstructionCompiler {

  private final Scope scope;
  private final Map<String, Integer> labels;

  /**
   * @param scope the names that are visible
   * @param labels where the kernel's labels stand
   */
  InstructionCompiler(Scope scope, Map<String, Integer> labels) {
    this.scope = scope;
    this.labels = labels;
  }

  /**
   * Compiles one instruction, e.g. {@code @!%p1 add.s64 %rd1, %rd2, 16}.
   *
   * @throws PtxException where the interpreter does not know it
   */
  Instruction compile(String text) {
    try {
      String instruction = text;
      int predicate = -1;
      boolean negated = text.startsWith("@!");
      if (text.startsWith("@")) {
        String[] parts = text.substring(negated ? 2 : 1).split("\\s+", 2);
        predicate = new Operands("", scope).destination(parts[0]);
        instruction = parts[1];
      }
      String[] parts = instruction.split("\\s+", 2);
      Opcode opcode = Opcode.of(parts[0]);
      Operands operands = new Operands(parts.length > 1 ? parts[1] : "", scope);
      return new Instruction(text, predicate, negated, operation(opcode, operands), kind(opcode));
    } catch (RuntimeException e) {
      throw new PtxException("'" + text + "': " + e.getMessage(), e);
    }
  }

  private static Kind kind(Opcode opcode) {
    return switch (opcode.name()) {
      case "ret", "exit" -> Kind.RETURN;
      case "bar" -> Kind.BARRIER;
      case "shfl" -> Kind.SHUFFLE;
      default -> Kind.PLAIN;
    };
  }

  private Operation operation(Opcode opcode, Operands operands) {
    return switch (opcode.name()) {
      case "ret", "exit" -> lane -> {};
      case "bra" -> Control.branch(operands, labels);
      case "bar" -> Control.barrier(operands);
      case "shfl" -> Control.shuffle(opcode, operands);
      case "mov" -> Moves.compile(opcode, operands);
      case "ld", "st" -> MemoryAccesses.compile(opcode, operands);
      case "cvt", "cvta" -> Conversions.compile(opcode, operands);
      case "setp", "selp" -> Comparisons.compile(opcode, operands);
      case "ex2", "rsqrt" -> Approximations.compile(opcode, operands);
      case "rcp" ->
          opcode.has("approx")
              ? Approximations.compile(opcode, operands)
              : Arithmetic.compile(opcode, operands);
      case "and", "or", "xor", "not", "shl", "shr", "rem" -> Integers.compile(opcode, operands);
      default ->
          opcode.type().isFloat()
              ? Arithmetic.compile(opcode, operands)
              : Integers.compile(opcode, operands);
    };
  }
}
