package dev.verhulst.service.jobs;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.LogisticHeadLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a job: strings, booleans, longs, doubles and lists of strings, by their names.
 */
final class JobParameters {

  private final Map<String, Object> values;

  /**
   * @param known the names that there are
   * @throws InferenceException of kind INVALID_ARGUMENT where there is another
   */
  JobParameters(Map<String, Object> values, Set<String> known) {
    this.values = values;
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw invalidArgument(
            "unknown parameter '%s'; a job of this kind takes %s"
                .formatted(name, String.join(", ", new TreeSet<>(known))));
      }
    }
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** Refuses a parameter that says nothing here. */
  void expectAbsent(String name, String why) {
    if (has(name)) {
      throw invalidArgument("parameter '%s' %s".formatted(name, why));
    }
  }

  @Nullable String text(String name) {
    Object value = values.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wrong(name, "a string", value);
  }

  boolean bool(String name, boolean fallback) {
    Object value = values.getOrDefault(name, fallback);
    if (value instanceof Boolean bool) {
      return bool;
    }
    throw wrong(name, "a boolean", value);
  }

  /** A number; infinite where it says so, bare or as a string. */
  double number(String name, double fallback) {
    Object value = values.getOrDefault(name, fallback);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value.equals("Infinity")) {
      return Double.POSITIVE_INFINITY;
    }
    throw wrong(name, "a number", value);
  }

  long integer(String name, long fallback) {
    Object value = values.getOrDefault(name, fallback);
    if (value instanceof Long integer) {
      return integer;
    }
    throw wrong(name, "an integer", value);
  }

  /** A list of strings, or one string for a list of one; null where it is not there. */
  @Nullable List<String> texts(String name) {
    Object value = values.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof String single) {
      return List.of(single);
    }
    if (value instanceof List<?> list && !list.isEmpty()) {
      List<String> texts = new ArrayList<>();
      for (Object element : list) {
        texts.add(String.valueOf(element));
      }
      return texts;
    }
    throw wrong(name, "a string or a list of strings", value);
  }

  /**
   * The names of labels or features, as {@link #texts} gives them.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where one is too long to be served
   */
  @Nullable List<String> names(String name) {
    List<String> names = texts(name);
    if (names != null) {
      expectServable(names);
    }
    return names;
  }

  /**
   * Checks that the service can load a head of labels or features with these names.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where one is too long
   */
  static void expectServable(List<String> names) {
    for (String each : names) {
      if (each.length() > LogisticHeadLoader.LONGEST_NAME) {
        throw invalidArgument(
            "'%s...' is a name of %d characters; expected at most %d: choose a shorter one"
                .formatted(each.substring(0, 16), each.length(), LogisticHeadLoader.LONGEST_NAME));
      }
    }
  }

  /** A constant by its name, in whatever case; null where it is not there. */
  <E extends Enum<E>> @Nullable E constant(String name, Class<E> type) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    List<String> known = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String lower = constant.name().toLowerCase(Locale.ROOT);
      if (lower.equals(value.toLowerCase(Locale.ROOT))) {
        return constant;
      }
      known.add(lower);
    }
    throw invalidArgument(
        "parameter '%s' must be one of %s, got '%s'"
            .formatted(name, String.join(", ", known), value));
  }

  private static InferenceException wrong(String name, String expected, Object value) {
    return invalidArgument("parameter '%s' must be %s, got '%s'".formatted(name, expected, value));
  }
}
