package dev.verhulst.benchmarks.report;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A command line of {@code --name=value} and {@code --name} words, over defaults that say which
 * names there are.
 */
public final class Arguments {

  private final Map<String, String> values;

  /**
   * @param defaults every name, with the value it has where the command line does not give one
   * @throws IllegalArgumentException where a word is none of these names; the message names them
   */
  public Arguments(Map<String, String> defaults, String... words) {
    values = new LinkedHashMap<>(defaults);
    for (String word : words) {
      String[] parts = word.split("=", 2);
      String name = parts[0].startsWith("--") ? parts[0].substring(2) : "";
      if (!defaults.containsKey(name)) {
        throw new IllegalArgumentException(
            "there is no argument '" + word + "'; there are " + describe(defaults));
      }
      values.put(name, parts.length == 2 ? parts[1] : "true");
    }
  }

  public boolean isSet(String name) {
    return get(name).equals("true");
  }

  public int integer(String name) {
    return list(name, Integer::valueOf).getFirst();
  }

  /** The values that stand there, separated by commas. */
  public <T> List<T> list(String name, Function<String, T> parser) {
    try {
      return Arrays.stream(get(name).split(",")).map(String::strip).map(parser).toList();
    } catch (NumberFormatException failure) {
      throw new IllegalArgumentException(
          "--" + name + " takes whole numbers, got '" + get(name) + "'", failure);
    }
  }

  private String get(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("there is no argument --" + name + "; this is a bug");
    }
    return value;
  }

  private static String describe(Map<String, String> defaults) {
    StringBuilder description = new StringBuilder();
    new TreeMap<>(defaults)
        .forEach(
            (name, value) -> description.append("\n  --").append(name).append('=').append(value));
    return description.toString();
  }
}
