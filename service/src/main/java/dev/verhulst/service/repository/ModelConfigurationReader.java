package dev.verhulst.service.repository;

import dev.verhulst.service.batching.BatchingProperties;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads a model's configuration. YAML and JSON alike, since every JSON document is one of YAML.
 *
 * <pre>{@code
 * operator: leaky_relu
 * parameters:
 *   alpha: 0.1
 * version_policy:
 *   latest: 2
 * batching:
 *   max_batch_size: 64
 * }</pre>
 */
final class ModelConfigurationReader {

  /** The names under which a configuration is looked for. */
  static final List<String> FILE_NAMES = List.of("config.yaml", "config.yml", "config.json");

  private static final int MAX_BYTES = 1 << 20;

  private static final Set<String> MODEL_KEYS =
      Set.of("operator", "parameters", "version_policy", "batching");
  private static final Set<String> BATCHING_KEYS =
      Set.of(
          "max_batch_size",
          "max_batch_elements",
          "max_queue_size",
          "max_queue_delay_microseconds",
          "preferred_batch_sizes",
          "default_priority",
          "default_timeout_microseconds",
          "concurrency");

  private static final int DEEPEST = 20;
  private static final int LONGEST_SHOWN = 200;
  private static final long MOST_MICROSECONDS = Long.MAX_VALUE / 1_000;

  private ModelConfigurationReader() {}

  /** The configuration in a directory; null where there is none. */
  static @Nullable Path find(Path directory) throws ModelLoadException {
    List<Path> found =
        FILE_NAMES.stream().map(directory::resolve).filter(Files::isRegularFile).toList();
    if (found.size() > 1) {
      throw new ModelLoadException(
          "there are %s; expected one of them only"
              .formatted(
                  String.join(
                      " and ", found.stream().map(f -> f.getFileName().toString()).toList())));
    }
    return found.isEmpty() ? null : found.getFirst();
  }

  /** Reads a model's configuration. */
  static ModelConfiguration readModel(Path file) throws ModelLoadException {
    return model(text(file), name(file));
  }

  /**
   * Takes a model's configuration from text.
   *
   * @param origin where it comes from, for errors
   */
  static ModelConfiguration model(String text, String origin) throws ModelLoadException {
    try {
      Section model = new Section(parse(text), "", MODEL_KEYS);
      Object operator = model.required("operator", "the name of an operator, e.g. sigmoid");
      if (!(operator instanceof String operatorName)) {
        throw model.wrong("operator", "the name of an operator", operator);
      }
      Section batching = model.section("batching", BATCHING_KEYS);
      return new ModelConfiguration(
          operatorName,
          parameters(model),
          versionPolicy(model),
          batching == null ? null : batching(batching));
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(origin + ": " + e.getMessage(), e);
    }
  }

  /** Reads the parameters that a version has of its own. */
  static Map<String, Object> readVersionParameters(long version, Path file)
      throws ModelLoadException {
    String origin = version + "/" + name(file);
    try {
      return parameters(new Section(parse(text(file)), "", Set.of("parameters")));
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(origin + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, Object> parameters(Section model) {
    Section parameters = model.section("parameters", null);
    return parameters == null ? Map.of() : parameters.values();
  }

  private static VersionPolicy versionPolicy(Section model) {
    Object value = model.value("version_policy");
    if (value == null) {
      return VersionPolicy.NEWEST;
    }
    if (value.equals("all")) {
      return new VersionPolicy.All();
    }
    if (value instanceof Map<?, ?> map && map.size() == 1) {
      Section policy = model.section("version_policy", Set.of("latest", "specific"));
      Long latest = policy == null ? null : policy.integer("latest");
      if (latest != null) {
        return new VersionPolicy.Latest(Math.clamp(latest, 0, Integer.MAX_VALUE));
      }
      List<Long> specific = policy == null ? null : policy.integers("specific");
      if (specific != null) {
        return new VersionPolicy.Specific(specific);
      }
    }
    throw model.wrong("version_policy", "all, latest: N or specific: [N, ...]", value);
  }

  private static BatchingProperties batching(Section section) {
    Long timeout = section.microseconds("default_timeout_microseconds");
    return new BatchingProperties(
        section.integer("max_batch_size"),
        section.integer("max_batch_elements"),
        section.smallInteger("max_queue_size"),
        section.integer("max_queue_delay_microseconds"),
        section.integers("preferred_batch_sizes"),
        section.smallInteger("default_priority"),
        timeout == null ? null : Duration.of(timeout, ChronoUnit.MICROS),
        section.smallInteger("concurrency"));
  }

  private static String text(Path file) throws ModelLoadException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ModelLoadException(
            "%s has %d bytes; a configuration has at most %d"
                .formatted(name(file), Files.size(file), MAX_BYTES));
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new ModelLoadException(name(file) + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new ModelLoadException(name(file) + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static @Nullable Object parse(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setCodePointLimit(MAX_BYTES);
    options.setNestingDepthLimit(DEEPEST);
    options.setMaxAliasesForCollections(0);
    try {
      Object value = new Yaml(new SafeConstructor(options)).load(text);
      size(value);
      return value;
    } catch (MarkedYAMLException e) {
      throw new IllegalArgumentException(
          e.getProblemMark() == null
              ? e.getProblem()
              : "line %d: %s".formatted(e.getProblemMark().getLine() + 1, e.getProblem()),
          e);
    } catch (YAMLException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  /** How long a value and its parts are: with anchors, far longer than the text that says so. */
  private static int size(@Nullable Object value) {
    int size = value instanceof String text ? text.length() : 1;
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        size += size(entry.getKey()) + size(entry.getValue());
        expectAtMost(size);
      }
    } else if (value instanceof Collection<?> list) {
      for (Object part : list) {
        size += size(part);
        expectAtMost(size);
      }
    }
    return size;
  }

  private static void expectAtMost(int size) {
    if (size > MAX_BYTES) {
      throw new IllegalArgumentException("its anchors make it too large");
    }
  }

  /** A value as messages show it. */
  private static String shown(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /** A map of the configuration whose keys are known. */
  private static final class Section {

    private final String prefix;
    private final Map<String, Object> values = new LinkedHashMap<>();

    Section(@Nullable Object value, String prefix, @Nullable Set<String> keys) {
      this.prefix = prefix;
      if (!(value instanceof Map<?, ?> map)) {
        throw new IllegalArgumentException(
            "expected keys and values%s, got '%s'"
                .formatted(prefix.isEmpty() ? "" : " under " + prefix, shown(value)));
      }
      map.forEach(
          (key, entry) -> {
            if (!(key instanceof String name) || (keys != null && !keys.contains(name))) {
              throw new IllegalArgumentException(
                  "unknown key '%s%s'; known are %s"
                      .formatted(dotted(), shown(key), keys == null ? "names" : sorted(keys)));
            }
            if (entry != null) {
              values.put(name, entry);
            }
          });
    }

    Map<String, Object> values() {
      return Map.copyOf(values);
    }

    @Nullable Object value(String key) {
      return values.get(key);
    }

    Object required(String key, String expected) {
      Object value = values.get(key);
      if (value == null) {
        throw new IllegalArgumentException(
            "'%s%s' is missing; expected %s".formatted(dotted(), key, expected));
      }
      return value;
    }

    @Nullable Section section(String key, @Nullable Set<String> keys) {
      Object value = values.get(key);
      return value == null ? null : new Section(value, dotted() + key, keys);
    }

    @Nullable Long integer(String key) {
      Object value = values.get(key);
      return value == null ? null : integer(key, value);
    }

    /** As many as nanoseconds can say, which is 292 years. */
    @Nullable Long microseconds(String key) {
      Long value = integer(key);
      if (value != null && value > MOST_MICROSECONDS) {
        throw wrong(key, "an integer of at most " + MOST_MICROSECONDS, value);
      }
      return value;
    }

    @Nullable Integer smallInteger(String key) {
      Long value = integer(key);
      if (value != null && value != value.intValue()) {
        throw wrong(key, "an integer of at most " + Integer.MAX_VALUE, value);
      }
      return value == null ? null : value.intValue();
    }

    @Nullable List<Long> integers(String key) {
      Object value = values.get(key);
      if (value == null) {
        return null;
      }
      if (!(value instanceof List<?> list)) {
        throw wrong(key, "a list of integers", value);
      }
      List<Long> integers = new ArrayList<>();
      for (Object element : list) {
        integers.add(integer(key, element));
      }
      return integers;
    }

    private long integer(String key, @Nullable Object value) {
      return switch (value) {
        case Integer number -> number;
        case Long number -> number;
        case null, default -> throw wrong(key, "an integer", value);
      };
    }

    IllegalArgumentException wrong(String key, String expected, @Nullable Object value) {
      return new IllegalArgumentException(
          "'%s%s' must be %s, got '%s'".formatted(dotted(), key, expected, shown(value)));
    }

    private String dotted() {
      return prefix.isEmpty() ? "" : prefix + ".";
    }

    private static String sorted(Set<String> keys) {
      return String.join(", ", keys.stream().sorted().toList());
    }
  }
}
