package dev.verhulst.service.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model's directory: its configuration, and a numbered directory for each version. A model that
 * needs no files may do without numbered directories: it then has version 1.
 */
record ModelDirectory(String name, Path path) {

  /**
   * The versions that its configuration asks to serve, oldest first.
   *
   * @param override a configuration to take instead of the file's, as JSON or YAML; null for none
   * @throws ModelLoadException where the directory or its configuration is not as it should be
   */
  List<ModelSource> sources(@Nullable String override) throws ModelLoadException {
    ModelConfiguration configuration = configuration(override);
    NavigableSet<Long> available = versions();
    List<ModelSource> sources = new ArrayList<>();
    try {
      for (long version : configuration.versionPolicy().choose(available)) {
        Path directory = path.resolve(Long.toString(version));
        sources.add(
            new ModelSource(
                name, version, forVersion(configuration, version, directory), directory));
      }
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(String.valueOf(e.getMessage()), e);
    }
    return sources;
  }

  /**
   * One version, served or not.
   *
   * @param version its number; null for the newest
   * @throws ModelLoadException where there is none, or a configuration is not as it should be
   */
  ModelSource source(@Nullable Long version) throws ModelLoadException {
    ModelConfiguration configuration = configuration(null);
    NavigableSet<Long> available = versions();
    long number = version == null ? available.last() : version;
    if (!available.contains(number)) {
      throw new ModelLoadException(
          "model '%s' has no version %d; there are %s".formatted(name, number, available));
    }
    Path directory = path.resolve(Long.toString(number));
    return new ModelSource(name, number, forVersion(configuration, number, directory), directory);
  }

  private ModelConfiguration configuration(@Nullable String override) throws ModelLoadException {
    if (!Files.isDirectory(path)) {
      throw new ModelLoadException("the model repository has no directory '%s'".formatted(name));
    }
    if (override != null) {
      return ModelConfigurationReader.model(override, "the request's configuration");
    }
    Path file = ModelConfigurationReader.find(path);
    if (file == null) {
      throw new ModelLoadException(
          "the directory '%s' holds no configuration; expected one of %s"
              .formatted(name, String.join(", ", ModelConfigurationReader.FILE_NAMES)));
    }
    return ModelConfigurationReader.readModel(file);
  }

  private static ModelConfiguration forVersion(
      ModelConfiguration model, long version, Path directory) throws ModelLoadException {
    Path file = ModelConfigurationReader.find(directory);
    if (file == null) {
      return model;
    }
    Map<String, Object> parameters = new HashMap<>(model.parameters());
    parameters.putAll(ModelConfigurationReader.readVersionParameters(version, file));
    return new ModelConfiguration(
        model.operator(), parameters, model.versionPolicy(), model.batching());
  }

  private NavigableSet<Long> versions() throws ModelLoadException {
    NavigableSet<Long> versions = new TreeSet<>();
    try (Stream<Path> entries = Files.list(path)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        String number = entry.getFileName().toString();
        if (number.matches("[1-9][0-9]{0,17}") && Files.isDirectory(entry)) {
          versions.add(Long.parseLong(number));
        }
      }
    } catch (IOException e) {
      throw new ModelLoadException("the directory '%s' cannot be read: %s".formatted(name, e), e);
    }
    if (versions.isEmpty()) {
      versions.add(1L);
    }
    return versions;
  }
}
