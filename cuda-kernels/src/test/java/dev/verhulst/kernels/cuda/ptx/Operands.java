package dev.verhulst.kernels.cuda.ptx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The operands of one instruction, resolved to registers, constants and special registers. */
final class Operands {

  private static final Pattern INTEGER = Pattern.compile("(-?)(0[xX])?([0-9a-fA-F]+)U?");
  private static final Pattern SINGLE = Pattern.compile("0[fF]([0-9a-fA-F]{8})");
  private static final Pattern DOUBLE = Pattern.compile("0[dD]([0-9a-fA-F]{16})");

  private final List<String> texts;
  private final Scope scope;

  Operands(String text, Scope scope) {
    this.texts = split(text);
    this.scope = scope;
  }

  /** A value that an instruction reads. */
  @FunctionalInterface
  interface Source {
    long get(Lane lane);
  }

  /** An address: a base and a constant offset. */
  record Address(Source base, long offset) {
    long of(Lane lane) {
      return base.get(lane) + offset;
    }
  }

  int count() {
    return texts.size();
  }

  String text(int operand) {
    return texts.get(operand);
  }

  boolean isVector(int operand) {
    return texts.get(operand).startsWith("{");
  }

  /** The number of the register that is written. */
  int destination(int operand) {
    return destination(texts.get(operand));
  }

  int destination(String name) {
    Integer register = scope.register(name);
    if (register == null) {
      throw new PtxException("'" + name + "' is no register");
    }
    return register;
  }

  /** The registers of a vector operand, {@code {%f1, %f2}}. */
  int[] destinations(int operand) {
    return elements(operand).stream().mapToInt(this::destination).toArray();
  }

  Source source(int operand, PtxType type) {
    return source(texts.get(operand), type);
  }

  /** The values of a vector operand. */
  Source[] sources(int operand, PtxType type) {
    return elements(operand).stream().map(name -> source(name, type)).toArray(Source[]::new);
  }

  /** The place of an access to global or shared memory, {@code [%rd1+16]}. */
  Address address(int operand) {
    String inside = inside(operand);
    int plus = inside.indexOf('+');
    String base = plus < 0 ? inside : inside.substring(0, plus);
    long offset = plus < 0 ? 0 : Long.parseLong(inside.substring(plus + 1).strip());
    return new Address(source(base.strip(), PtxType.U64), offset);
  }

  /** The number of a parameter, {@code [name_param_0]}. */
  int parameter(int operand, PtxType type) {
    int parameter = scope.parameter(inside(operand));
    if (scope.parameterType(parameter) != type) {
      throw new PtxException(
          "parameter " + parameter + " is " + scope.parameterType(parameter) + ", read as " + type);
    }
    return parameter;
  }

  private List<String> elements(int operand) {
    return split(inside(operand));
  }

  private String inside(int operand) {
    String text = texts.get(operand);
    return text.substring(1, text.length() - 1).strip();
  }

  private Source source(String text, PtxType type) {
    Integer register = scope.register(text);
    if (register != null) {
      int number = register;
      return lane -> lane.registers[number];
    }
    Integer shared = scope.shared(text);
    long constant = shared != null ? shared : 0;
    return shared != null ? lane -> constant : special(text, type);
  }

  private static Source special(String text, PtxType type) {
    return switch (text) {
      case "%tid.x" -> lane -> lane.thread;
      case "%ntid.x" -> lane -> lane.block.threads();
      case "%ctaid.x" -> lane -> lane.block.index();
      case "%nctaid.x" -> lane -> lane.block.blocks();
      default -> {
        long constant = constant(text, type);
        yield lane -> constant;
      }
    };
  }

  private static long constant(String text, PtxType type) {
    Matcher single = SINGLE.matcher(text);
    if (single.matches()) {
      int bits = Integer.parseUnsignedInt(single.group(1), 16);
      return type == PtxType.F64
          ? Numbers.bits((double) Float.intBitsToFloat(bits))
          : bits & 0xffffffffL;
    }
    Matcher wide = DOUBLE.matcher(text);
    if (wide.matches()) {
      return Long.parseUnsignedLong(wide.group(1), 16);
    }
    Matcher integer = INTEGER.matcher(text);
    if (!integer.matches()) {
      throw new PtxException("'" + text + "' is no operand that the interpreter knows");
    }
    long magnitude = Long.parseUnsignedLong(integer.group(3), integer.group(2) == null ? 10 : 16);
    return (integer.group(1).isEmpty() ? magnitude : -magnitude) & type.mask();
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    return text.isBlank() ? List.of() : parts;
  }

  @Override
  public String toString() {
    return Arrays.toString(texts.toArray());
  }
}
