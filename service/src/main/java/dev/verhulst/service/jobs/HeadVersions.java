package dev.verhulst.service.jobs;

import dev.verhulst.heads.head.HeadFile;
import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.model.ModelDirectoryWriter;
import dev.verhulst.heads.safetensors.SafeTensorsException;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.repository.ModelLoadException;
import dev.verhulst.service.repository.ModelRepository;
import dev.verhulst.service.repository.ModelSource;
import dev.verhulst.service.repository.ModelState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The versions of heads in the model repository: saved, and served as their models say. */
final class HeadVersions {

  private final ModelDirectoryWriter writer;
  private final ModelRepository<?> repository;

  HeadVersions(Path directory, ModelRepository<?> repository) {
    this.writer = new ModelDirectoryWriter(directory);
    this.repository = repository;
  }

  /**
   * A version that has been saved.
   *
   * @param served whether it takes requests
   */
  record Saved(long version, boolean served) {}

  /**
   * Checks that a model of that name can be saved and served.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where it cannot
   */
  void expectFree(String model) {
    if (repository.isBuiltIn(model)) {
      throw InferenceException.invalidArgument(
          "'%s' is the name of a built-in model; choose another".formatted(model));
    }
    try {
      writer.expectFree(model);
    } catch (IllegalArgumentException | IOException e) {
      throw InferenceException.invalidArgument(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads a version of a head, served or not.
   *
   * @param version its number; null for the newest
   * @throws InferenceException of kind INVALID_ARGUMENT where there is none
   */
  SavedHead read(String model, @Nullable Long version) {
    try {
      ModelSource source = repository.source(model, version);
      if (!source.configuration().operator().equals(ModelDirectoryWriter.OPERATOR)) {
        throw InferenceException.invalidArgument(
            "model '%s' is no head: its operator is %s"
                .formatted(model, source.configuration().operator()));
      }
      Map<String, Object> parameters = source.configuration().parameters();
      Object weights = parameters.getOrDefault("weights", ModelDirectoryWriter.WEIGHTS);
      HeadModel head = HeadFile.read(source.directory().resolve(weights.toString()));
      return new SavedHead(
          source.version(),
          head,
          names(parameters.get("label_names"), "y", head.labels()),
          names(parameters.get("feature_names"), "x", head.features()));
    } catch (ModelLoadException | SafeTensorsException | IOException e) {
      throw InferenceException.invalidArgument(
          "model '%s' cannot be read: %s".formatted(model, e.getMessage()));
    }
  }

  private static List<String> names(@Nullable Object given, String prefix, int count) {
    List<String> names =
        given instanceof List<?> list ? list.stream().map(String::valueOf).toList() : null;
    return ExampleTensors.names(
        names, prefix.equals("y") ? "label_names" : "feature_names", prefix, count);
  }

  /**
   * Saves a head as its model's next version, and loads the model anew.
   *
   * @param files more files of the version, text by name
   * @throws IOException where it cannot be saved, or cannot be loaded then and is set aside
   */
  Saved save(
      String model,
      HeadModel head,
      List<String> labelNames,
      List<String> featureNames,
      Map<String, String> metadata,
      Map<String, String> files)
      throws IOException {
    Path saved = writer.save(model, head, labelNames, featureNames, metadata, files);
    String version = saved.getFileName().toString();
    try {
      repository.load(model, null);
    } catch (InferenceException e) {
      // Left in its place, the next start would want it instead of one that there is.
      Path aside = writer.setAside(saved);
      throw new IOException(
          "version %s cannot be served, and is set aside as %s: %s"
              .formatted(version, aside.getFileName(), e.getMessage()),
          e);
    }
    boolean served =
        repository.index().stream()
            .anyMatch(
                entry ->
                    entry.name().equals(model)
                        && entry.version().equals(version)
                        && entry.state() == ModelState.READY);
    return new Saved(Long.parseLong(version), served);
  }
}
