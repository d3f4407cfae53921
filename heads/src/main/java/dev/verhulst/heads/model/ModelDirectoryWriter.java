package dev.verhulst.heads.model;

import dev.verhulst.heads.head.HeadFile;
import dev.verhulst.heads.head.HeadModel;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Saves heads as versions of a model in a model repository:
 *
 * <pre>
 * NAME/config.yaml            operator: logistic_head
 * NAME/1/config.yaml          the version's parameters: names of labels and features
 * NAME/1/model.safetensors    the version's numbers
 * </pre>
 *
 * <p>A version is written beside its place and moved there when it is whole, so that a server that
 * looks meanwhile sees all of it or nothing. Older versions stay as they are.
 */
public final class ModelDirectoryWriter {

  /** The operator that serves what is saved here. */
  public static final String OPERATOR = "logistic_head";

  /** The name of the file with a version's numbers. */
  public static final String WEIGHTS = "model.safetensors";

  private static final String CONFIGURATION = "config.yaml";
  private static final List<String> CONFIGURATIONS =
      List.of(CONFIGURATION, "config.yml", "config.json");
  private static final Predicate<String> OPERATOR_LINE =
      Pattern.compile(
              "^([^#]*[{,\\s])?[\"']?operator[\"']?\\s*:\\s*[\"']?"
                  + OPERATOR
                  + "[\"']?\\s*([,}#].*)?$")
          .asPredicate();
  private static final String UNFINISHED = ".unfinished-";
  private static final String SET_ASIDE = ".unserved-";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";
  private static final int ATTEMPTS = 100;

  private final Path repository;

  /**
   * @param repository the directory that the models are in; made where it is missing
   */
  public ModelDirectoryWriter(Path repository) {
    this.repository = repository;
  }

  /**
   * Saves a head as the model's next version.
   *
   * @param metadata what the file with its numbers is to say about itself
   * @param extraFiles more files of the version, text by name
   * @return the version's directory
   * @throws IllegalArgumentException where the name is none that a model can have
   */
  public Path save(
      String name,
      HeadModel head,
      List<String> labelNames,
      List<String> featureNames,
      Map<String, String> metadata,
      Map<String, String> extraFiles)
      throws IOException {
    expectFree(name);
    if (labelNames.size() != head.labels() || featureNames.size() != head.features()) {
      throw new IllegalArgumentException(
          "a head of %d labels and %d features cannot have %d and %d names"
              .formatted(head.labels(), head.features(), labelNames.size(), featureNames.size()));
    }
    Path model = Files.createDirectories(repository.resolve(name));
    if (configuration(model) == null) {
      Files.writeString(model.resolve(CONFIGURATION), "operator: " + OPERATOR + "\n");
    }
    Path unfinished = Files.createTempDirectory(model, UNFINISHED);
    try {
      write(head, labelNames, featureNames, metadata, extraFiles, unfinished);
      return moveToNextVersion(model, unfinished);
    } catch (IOException | RuntimeException e) {
      delete(unfinished);
      throw e;
    }
  }

  /**
   * Checks that a model of that name can be saved: that it is a name, and no other operator's.
   *
   * @throws IllegalArgumentException where the name is none that a model can have
   * @throws IOException where the name is taken
   */
  public void expectFree(String name) throws IOException {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "a model cannot be named '%s'; expected letters, digits, '.', '_' and '-'"
              .formatted(name));
    }
    Path file = configuration(repository.resolve(name));
    // Its owner may have set batching or a version policy there.
    if (file != null && Files.readAllLines(file).stream().noneMatch(OPERATOR_LINE)) {
      throw new IOException(
          file + " is the configuration of another operator; choose another name for the model");
    }
  }

  /**
   * Deletes what a writer of the model left behind that was killed; none may be at work.
   *
   * @throws IOException where that fails
   */
  public void deleteUnfinished(String name) throws IOException {
    Path model = repository.resolve(name);
    if (!name.matches(NAME) || !Files.isDirectory(model)) {
      return;
    }
    try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(model, UNFINISHED + "*")) {
      for (Path directory : unfinished) {
        delete(directory);
      }
    }
  }

  /**
   * Takes a version that cannot be served out of the way: it stays beside the others, but is none.
   *
   * @return where it is now
   */
  public Path setAside(Path version) throws IOException {
    Path aside = version.resolveSibling(SET_ASIDE + version.getFileName());
    for (int attempt = 2; Files.exists(aside); attempt++) {
      aside = version.resolveSibling(SET_ASIDE + version.getFileName() + "-" + attempt);
    }
    return Files.move(version, aside, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void delete(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private static void write(
      HeadModel head,
      List<String> labelNames,
      List<String> featureNames,
      Map<String, String> metadata,
      Map<String, String> extraFiles,
      Path unfinished)
      throws IOException {
    HeadFile.write(head, metadata, unfinished.resolve(WEIGHTS));
    Files.writeString(
        unfinished.resolve(CONFIGURATION),
        "parameters:\n  label_names: %s\n  feature_names: %s\n"
            .formatted(list(labelNames), list(featureNames)));
    for (Map.Entry<String, String> file : extraFiles.entrySet()) {
      Files.writeString(unfinished.resolve(file.getKey()), file.getValue());
    }
    // A temporary directory is its owner's alone; a server may run as someone else.
    unfinished.toFile().setReadable(true, false);
    unfinished.toFile().setExecutable(true, false);
  }

  /** The model's configuration, under any of the names that a server takes; null for none. */
  private static @Nullable Path configuration(Path model) {
    return CONFIGURATIONS.stream()
        .map(model::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElse(null);
  }

  /** Another writer may take the number in between: then the one after it. */
  private static Path moveToNextVersion(Path model, Path unfinished) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Path version = model.resolve(Long.toString(newest(model) + 1));
      if (!Files.exists(version)) {
        try {
          return Files.move(unfinished, version, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException _) {
          continue;
        }
      }
    }
    throw new IOException("no number is free for a new version in " + model);
  }

  private static long newest(Path model) throws IOException {
    try (Stream<Path> entries = Files.list(model)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(entry -> entry.matches("[1-9][0-9]{0,17}"))
          .mapToLong(Long::parseLong)
          .max()
          .orElse(0);
    }
  }

  /** A list of strings in YAML's flow style, which is JSON's. */
  private static String list(List<String> names) {
    StringBuilder list = new StringBuilder("[");
    for (String name : names) {
      list.append(list.length() == 1 ? "\"" : ", \"");
      for (char c : JsonStringEncoder.getInstance().quoteAsCharArray(name)) {
        // YAML takes some characters for the ends of lines, and others for none.
        list.append(c < 0x7f ? String.valueOf(c) : "\\u%04x".formatted((int) c));
      }
      list.append('"');
    }
    return list.append(']').toString();
  }
}
