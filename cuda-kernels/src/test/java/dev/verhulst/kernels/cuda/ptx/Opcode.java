package dev.verhulst.kernels.cuda.ptx;

import java.util.Arrays;
import java.util.List;

/**
 * An instruction's name, taken apart: {@code setp.lt.f32} is {@code setp} with the modifiers {@code
 * lt} and {@code f32}.
 *
 * @param text the whole name
 * @param name its first part
 * @param modifiers the other parts
 */
record Opcode(String text, String name, List<String> modifiers) {

  static Opcode of(String text) {
    List<String> parts = Arrays.asList(text.split("\\.", -1));
    return new Opcode(text, parts.getFirst(), parts.subList(1, parts.size()));
  }

  boolean has(String modifier) {
    return modifiers.contains(modifier);
  }

  /** The last modifier: the type of the operands, or for a conversion of its source. */
  PtxType type() {
    return PtxType.of(modifiers.getLast());
  }

  /** The modifier before the last, which is the type that a conversion gives. */
  PtxType resultType() {
    return PtxType.of(modifiers.get(modifiers.size() - 2));
  }

  /**
   * Refuses an instruction with a modifier that is not among those that are understood: one that is
   * overlooked would give wrong results in silence.
   */
  void requireOnly(String... understood) {
    List<String> known = List.of(understood);
    for (String modifier : modifiers.subList(0, modifiers.size() - 1)) {
      if (!known.contains(modifier)) {
        throw new PtxException("'." + modifier + "' of '" + text + "' is not supported");
      }
    }
  }

  /** The error for a type or a modifier that is not understood. */
  PtxException unsupported() {
    return new PtxException("'" + text + "' is not supported");
  }
}
