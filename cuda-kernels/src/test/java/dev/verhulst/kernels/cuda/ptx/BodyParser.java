package dev.verhulst.kernels.cuda.ptx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the body of an entry: declarations, labels, instructions, nested scopes. */
final class BodyParser {

  private static final Pattern LABEL = Pattern.compile("[\\w$]+");
  private static final Pattern REGISTERS = Pattern.compile("([%\\w$]+)(?:<(\\d+)>)?");

  private final Scope scope;
  private final Map<String, Integer> labels = new HashMap<>();
  private final List<Instruction> code = new ArrayList<>();
  private final InstructionCompiler compiler;

  BodyParser(Scope scope) {
    this.scope = scope;
    this.compiler = new InstructionCompiler(scope, labels);
  }

  List<Instruction> parse(String body) {
    StringBuilder statement = new StringBuilder();
    int vectors = 0;
    for (char c : body.toCharArray()) {
      boolean blank = statement.toString().isBlank();
      if (c == '{' && blank) {
        scope.open();
      } else if (c == '}' && vectors == 0) {
        if (!blank) {
          throw new PtxException("'" + statement + "' does not end with a semicolon");
        }
        scope.close();
      } else if (c == ';') {
        add(statement.toString().strip());
        statement.setLength(0);
      } else if (c == ':' && LABEL.matcher(statement.toString().strip()).matches()) {
        labels.put(statement.toString().strip(), code.size());
        statement.setLength(0);
      } else {
        vectors += c == '{' ? 1 : c == '}' ? -1 : 0;
        statement.append(c);
      }
    }
    code.add(compiler.compile("ret"));
    return List.copyOf(code);
  }

  private void add(String statement) {
    if (statement.isEmpty() || statement.startsWith(".pragma")) {
      return;
    }
    if (statement.startsWith(".reg")) {
      declareRegisters(statement);
      return;
    }
    Matcher shared = PtxParser.SHARED.matcher(statement);
    if (shared.matches()) {
      scope.declareShared(
          shared.group(2), Integer.parseInt(shared.group(1)), Integer.parseInt(shared.group(3)));
      return;
    }
    code.add(compiler.compile(statement.replaceAll("\\s+", " ")));
  }

  private void declareRegisters(String statement) {
    String names = statement.replaceFirst("\\.reg\\s+\\.\\w+\\s+", "");
    for (String each : names.split(",", -1)) {
      Matcher name = REGISTERS.matcher(each.strip());
      if (!name.matches()) {
        throw new PtxException("'" + statement + "' is no declaration of registers");
      }
      if (name.group(2) == null) {
        scope.declareRegister(name.group(1));
      } else {
        for (int i = 0; i < Integer.parseInt(name.group(2)); i++) {
          scope.declareRegister(name.group(1) + i);
        }
      }
    }
  }
}
