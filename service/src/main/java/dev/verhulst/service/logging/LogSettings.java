package dev.verhulst.service.logging;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggingSystem;

/**
 * What the server logs, in the words of Triton's logging extension: {@code log_file}, {@code
 * log_info}, {@code log_warning}, {@code log_error}, {@code log_verbose_level}, {@code log_format}.
 *
 * <p>Informations, warnings and errors are on or off each for itself, for the libraries' too. A
 * verbose level of 1 logs what is meant for debugging of the server's own, one of 2 or more its
 * traces. Closing gives back what was logged before.
 */
public final class LogSettings implements AutoCloseable {

  private static final String SERVER = "dev.verhulst";
  private static final String FILE = "log_file";
  private static final String INFO = "log_info";
  private static final String WARNING = "log_warning";
  private static final String ERROR = "log_error";
  private static final String VERBOSE = "log_verbose_level";
  private static final String FORMAT = "log_format";
  private static final List<String> NAMES = List.of(FILE, INFO, WARNING, ERROR, VERBOSE, FORMAT);
  private static final String ONLY_FORMAT = "default";
  private static final long LARGEST_VERBOSE = (1L << 32) - 1;

  private record Levels(boolean info, boolean warning, boolean error, long verbose) {

    static Levels of(LogLevel level) {
      return new Levels(
          level.compareTo(LogLevel.INFO) <= 0,
          level.compareTo(LogLevel.WARN) <= 0,
          level.compareTo(LogLevel.ERROR) <= 0,
          level == LogLevel.TRACE ? 2 : level == LogLevel.DEBUG ? 1 : 0);
    }

    /** The least of what is logged. */
    LogLevel level() {
      if (verbose > 0) {
        return verbose > 1 ? LogLevel.TRACE : LogLevel.DEBUG;
      }
      if (info) {
        return LogLevel.INFO;
      }
      return warning ? LogLevel.WARN : error ? LogLevel.ERROR : LogLevel.OFF;
    }
  }

  private final LoggingSystem logging;
  private final String file;
  private final LogLevel before;
  private final DeniedLevels denied = new DeniedLevels();
  private Levels levels;

  /**
   * @param file the file that is logged to; empty for the console alone
   */
  public LogSettings(LoggingSystem logging, String file) {
    this.logging = logging;
    this.file = file;
    before =
        Stream.of(SERVER, LoggingSystem.ROOT_LOGGER_NAME)
            .map(logging::getLoggerConfiguration)
            .filter(Objects::nonNull)
            .findFirst()
            .map(LoggerConfiguration::getEffectiveLevel)
            .orElse(LogLevel.INFO);
    levels = Levels.of(before);
    context().addTurboFilter(denied);
  }

  /** Every setting by its name: a string, a boolean or, as a long, an unsigned number. */
  public synchronized Map<String, Object> current() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put(FILE, file);
    settings.put(INFO, levels.info());
    settings.put(WARNING, levels.warning());
    settings.put(ERROR, levels.error());
    settings.put(VERBOSE, levels.verbose());
    settings.put(FORMAT, ONLY_FORMAT);
    return settings;
  }

  /**
   * Changes what is named, all of it or, where a part is refused, nothing.
   *
   * @param changes strings, booleans and longs by the settings' names
   * @throws dev.verhulst.service.inference.InferenceException of kind INVALID_ARGUMENT where a
   *     setting is unknown, its value is of another type, or it can not change while the server
   *     runs
   */
  public synchronized void change(Map<String, Object> changes) {
    for (String name : changes.keySet()) {
      if (!NAMES.contains(name)) {
        throw invalidArgument(
            "unknown log setting '%s'; expected one of %s"
                .formatted(name, String.join(", ", NAMES)));
      }
    }
    expectUnchanged(changes, FILE, file, "logging.file.name");
    expectUnchanged(changes, FORMAT, ONLY_FORMAT, "logging.pattern.console");
    apply(
        new Levels(
            bool(changes, INFO, levels.info()),
            bool(changes, WARNING, levels.warning()),
            bool(changes, ERROR, levels.error()),
            verbose(changes)));
  }

  private void apply(Levels wanted) {
    levels = wanted;
    denied.set(Level.INFO, !wanted.info());
    denied.set(Level.WARN, !wanted.warning());
    denied.set(Level.ERROR, !wanted.error());
    logging.setLogLevel(SERVER, wanted.level());
  }

  private static void expectUnchanged(
      Map<String, Object> changes, String name, String value, String property) {
    Object wanted = changes.getOrDefault(name, value);
    if (!wanted.equals(value)) {
      throw invalidArgument(
          "log setting '%s' can not be changed while the server runs: it is '%s'; start the server"
                  .formatted(name, value)
              + " with the setting %s instead".formatted(property));
    }
  }

  private static boolean bool(Map<String, Object> changes, String name, boolean present) {
    if (changes.getOrDefault(name, present) instanceof Boolean wanted) {
      return wanted;
    }
    throw invalidArgument("log setting '%s' must be a boolean".formatted(name));
  }

  private long verbose(Map<String, Object> changes) {
    if (changes.getOrDefault(VERBOSE, levels.verbose()) instanceof Long wanted
        && wanted >= 0
        && wanted <= LARGEST_VERBOSE) {
      return wanted;
    }
    throw invalidArgument(
        "log setting '%s' must be an integer from 0 to %d".formatted(VERBOSE, LARGEST_VERBOSE));
  }

  @Override
  public void close() {
    context().getTurboFilterList().remove(denied);
    logging.setLogLevel(SERVER, before);
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
