package dev.verhulst.service.model;

import dev.verhulst.heads.head.HeadFile;
import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.head.LogisticHead;
import dev.verhulst.heads.model.ModelDirectoryWriter;
import dev.verhulst.heads.safetensors.SafeTensorsException;
import dev.verhulst.kernels.Device;
import dev.verhulst.service.repository.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Makes heads ready to compute from what a model repository holds. */
public final class LogisticHeadLoader {

  /** The operator that a head's configuration names. */
  static final String OPERATOR = ModelDirectoryWriter.OPERATOR;

  private static final String LABEL_NAMES = "label_names";
  private static final String FEATURE_NAMES = "feature_names";
  private static final String WEIGHTS = "weights";
  private static final Set<String> PARAMETERS = Set.of(LABEL_NAMES, FEATURE_NAMES, WEIGHTS);

  private static final String FILE_NAME = "[A-Za-z0-9_][A-Za-z0-9._-]*";

  /** How many characters a label's or feature's name may have: an answer may hold it many times. */
  public static final int LONGEST_NAME = 256;

  /** A head that is not fast by then gets so as requests use it. */
  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(5);

  private final Device device;
  private final LongSupplier nanoTime;

  /** How much time for warm-ups there was at an instant; it comes back as it passes. */
  private Duration patience = LONGEST_WARM_UP;

  private long patienceAt;

  /**
   * @param nanoTime the clock, {@link System#nanoTime()} outside of tests
   */
  public LogisticHeadLoader(Device device, LongSupplier nanoTime) {
    this.device = device;
    this.nanoTime = nanoTime;
    patienceAt = nanoTime.getAsLong();
  }

  /**
   * A version's head; the caller closes it.
   *
   * @throws IllegalArgumentException where its parameters or its files are not as they should be
   */
  LogisticHead load(ModelSource source) {
    Map<String, Object> parameters = source.configuration().parameters();
    for (String parameter : parameters.keySet()) {
      if (!PARAMETERS.contains(parameter)) {
        throw new IllegalArgumentException(
            "unknown parameter '%s' for operator '%s'; it takes %s"
                .formatted(
                    parameter, OPERATOR, String.join(", ", PARAMETERS.stream().sorted().toList())));
      }
    }
    Path file = file(source.directory(), parameters.get(WEIGHTS));
    try {
      HeadModel model = read(file);
      names(FEATURE_NAMES, parameters, model.features());
      names(LABEL_NAMES, parameters, model.labels());
      return warm(new LogisticHead(model, device, LogisticHead.computingType(model.type())));
    } catch (OutOfMemoryError e) {
      throw new IllegalArgumentException(
          "%s does not fit into the %d MiB of the Java heap, which its weights pass through; start the service with more (-Xmx)"
              .formatted(file.getFileName(), Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  /**
   * Where the machine has no time to spare for its compiler, the heads of a start share the time of
   * one; most of them share loops anyway.
   */
  private synchronized LogisticHead warm(LogisticHead head) {
    boolean warm = false;
    try {
      long begun = nanoTime.getAsLong();
      Duration saved = patience.plusNanos(begun - patienceAt);
      patience = saved.compareTo(LONGEST_WARM_UP) < 0 ? saved : LONGEST_WARM_UP;
      head.warmUp(patience);
      patienceAt = nanoTime.getAsLong();
      Duration left = patience.minusNanos(patienceAt - begun);
      patience = left.isNegative() ? Duration.ZERO : left;
      warm = true;
      return head;
    } finally {
      if (!warm) {
        head.close();
      }
    }
  }

  /** What its configuration says that the labels of a head are called; empty for nothing. */
  static List<String> labelNames(ModelSource source, LogisticHead head) {
    return names(LABEL_NAMES, source.configuration().parameters(), head.labels());
  }

  private static Path file(Path directory, @Nullable Object configured) {
    String name = configured == null ? ModelDirectoryWriter.WEIGHTS : configured.toString();
    if (!name.matches(FILE_NAME)) {
      throw new IllegalArgumentException(
          "'%s' must be the name of a file in the version's directory, got '%s'"
              .formatted(WEIGHTS, name));
    }
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "there is no file '%s' in the version's directory; expected the weights in it"
              .formatted(name));
    }
    return file;
  }

  private static HeadModel read(Path file) {
    try {
      return HeadFile.read(file);
    } catch (SafeTensorsException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s cannot be read: %s".formatted(file.getFileName(), e.getMessage()), e);
    }
  }

  private static List<String> names(String parameter, Map<String, Object> parameters, int count) {
    Object value = parameters.get(parameter);
    if (value == null) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object name : list) {
        // Numbers are names too, as those of the digits.
        if (name instanceof String || name instanceof Integer) {
          names.add(name.toString());
        }
      }
      if (names.size() == count && names.size() == list.size()) {
        checkLengths(parameter, names);
        return List.copyOf(names);
      }
    }
    throw new IllegalArgumentException(
        "'%s' must be a list of %d strings, got %s"
            .formatted(
                parameter,
                count,
                value instanceof List<?> list
                    ? list.size() + " elements, " + names.size() + " of them strings"
                    : "'" + value + "'"));
  }

  private static void checkLengths(String parameter, List<String> names) {
    for (String name : names) {
      if (name.length() > LONGEST_NAME) {
        throw new IllegalArgumentException(
            "'%s' holds a name of %d characters; expected at most %d"
                .formatted(parameter, name.length(), LONGEST_NAME));
      }
    }
  }
}
