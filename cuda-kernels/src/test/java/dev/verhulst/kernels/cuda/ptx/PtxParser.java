package dev.verhulst.kernels.cuda.ptx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a PTX text: its header, its shared variables, its entries. */
final class PtxParser {

  private static final Pattern VERSION = Pattern.compile("(?m)^\\.version\\s+(\\S+)");
  private static final Pattern TARGET = Pattern.compile("(?m)^\\.target\\s+(\\S+)");
  private static final Pattern ENTRY =
      Pattern.compile("\\.entry\\s+(\\w+)\\s*\\(([^)]*)\\)([^{]*)\\{");
  private static final Pattern PARAMETER = Pattern.compile("\\.param\\s+\\.(\\w+)\\s+(\\w+)");
  private static final Pattern MAXIMUM_THREADS = Pattern.compile("\\.maxntid\\s+(\\d+)");
  static final Pattern SHARED =
      Pattern.compile("(?m)^\\s*\\.shared\\s+\\.align\\s+(\\d+)\\s+\\.b8\\s+(\\S+)\\[(\\d+)\\];?");

  private static final int LARGEST_BLOCK = 1024;

  private final String text;
  private final Scope module = new Scope(List.of(), Map.of(), 0);
  private final Map<String, Integer> shared = new HashMap<>();

  PtxParser(String text) {
    this.text = text.replaceAll("//.*", "");
  }

  PtxModule module() {
    Map<String, PtxKernel> kernels = new LinkedHashMap<>();
    Matcher entry = ENTRY.matcher(text);
    int end = 0;
    while (entry.find(end)) {
      readShared(text.substring(end, entry.start()));
      end = closingBrace(entry.end());
      PtxKernel kernel = kernel(entry, text.substring(entry.end(), end));
      kernels.put(kernel.name(), kernel);
    }
    return new PtxModule(header(VERSION), header(TARGET), kernels);
  }

  private String header(Pattern pattern) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new PtxException("the text has no " + pattern);
    }
    return matcher.group(1);
  }

  /** Shared variables that stand outside of the entries, before the first that uses them. */
  private void readShared(String between) {
    Matcher variable = SHARED.matcher(between);
    while (variable.find()) {
      String name = variable.group(2);
      module.declareShared(
          name, Integer.parseInt(variable.group(1)), Integer.parseInt(variable.group(3)));
      Integer place = module.shared(name);
      if (place != null) {
        shared.put(name, place);
      }
    }
  }

  private int closingBrace(int from) {
    int depth = 1;
    int i = from;
    for (; depth > 0; i++) {
      char c = text.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    }
    return i - 1;
  }

  private PtxKernel kernel(Matcher entry, String body) {
    String name = entry.group(1);
    List<PtxKernel.Parameter> parameters = new ArrayList<>();
    Matcher parameter = PARAMETER.matcher(entry.group(2));
    while (parameter.find()) {
      parameters.add(new PtxKernel.Parameter(parameter.group(2), PtxType.of(parameter.group(1))));
    }
    Matcher maximum = MAXIMUM_THREADS.matcher(entry.group(3));
    int maximumThreads = maximum.find() ? Integer.parseInt(maximum.group(1)) : LARGEST_BLOCK;
    Scope scope = new Scope(parameters, shared, module.sharedBytes());
    try {
      List<Instruction> code = new BodyParser(scope).parse(body);
      return new PtxKernel(
          name, parameters, maximumThreads, code, scope.registerCount(), scope.sharedBytes());
    } catch (PtxException e) {
      throw new PtxException(name + ": " + e.getMessage(), e);
    }
  }
}
