package dev.verhulst.service.description;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.ModelCatalogue;
import dev.verhulst.service.model.ServedModel;
import dev.verhulst.service.repository.IndexEntry;
import dev.verhulst.service.repository.ModelRepository;
import dev.verhulst.service.repository.ModelState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The protocol's calls of the model repository: its index, and what loads and unloads its models.
 * To the callers the built-in models are a part of it.
 */
public final class RepositoryControl {

  private static final String CONFIGURATION = "config";
  private static final String UNLOAD_DEPENDENTS = "unload_dependents";

  private final ModelCatalogue models;
  private final ModelRepository<ServedModel> repository;

  public RepositoryControl(ModelCatalogue models, ModelRepository<ServedModel> repository) {
    this.models = models;
    this.repository = repository;
  }

  /**
   * Every version of every model, the built-in ones under their aliases too.
   *
   * @param readyOnly whether to leave out what takes no requests
   */
  public List<IndexEntry> index(boolean readyOnly) {
    List<IndexEntry> index = new ArrayList<>(repository.index());
    for (ServedModel served : models.all()) {
      if (models.isBuiltIn(served.model().name())) {
        index.add(
            new IndexEntry(served.model().name(), served.model().version(), ModelState.READY, ""));
      }
    }
    index.sort(Comparator.comparing(IndexEntry::name)); // stable: versions stay in their order
    if (readyOnly) {
      index.removeIf(entry -> entry.state() != ModelState.READY);
    }
    return index;
  }

  /**
   * Loads a model, or loads it anew.
   *
   * @param parameters {@code config}, as a string: a configuration to take instead of the file's
   * @throws InferenceException of kind INVALID_ARGUMENT where that fails; the message says why
   */
  public void load(String name, Map<String, Object> parameters) {
    expectKnown(parameters, Set.of(CONFIGURATION), "load", name);
    repository.load(name, configuration(name, parameters.get(CONFIGURATION)));
  }

  /**
   * Serves a model no longer.
   *
   * @param parameters {@code unload_dependents}, a boolean; no model depends on another
   * @throws InferenceException of kind INVALID_ARGUMENT where that fails; the message says why
   */
  public void unload(String name, Map<String, Object> parameters) {
    expectKnown(parameters, Set.of(UNLOAD_DEPENDENTS), "unload", name);
    if (!(parameters.getOrDefault(UNLOAD_DEPENDENTS, false) instanceof Boolean)) {
      throw invalidArgument(
          "failed to unload '%s': parameter '%s' must be a boolean"
              .formatted(name, UNLOAD_DEPENDENTS));
    }
    repository.unload(name);
  }

  /** The error for a repository that has a name. */
  public static InferenceException namedRepository() {
    return new InferenceException(
        ErrorKind.UNSUPPORTED, "this server has one repository, which has no name: leave it out");
  }

  private static @Nullable String configuration(String name, @Nullable Object value) {
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw invalidArgument(
        "failed to load '%s': parameter '%s' must be a string that holds the configuration as JSON"
            .formatted(name, CONFIGURATION));
  }

  private static void expectKnown(
      Map<String, Object> parameters, Set<String> known, String action, String name) {
    for (String parameter : parameters.keySet()) {
      if (!known.contains(parameter)) {
        throw invalidArgument(
            "failed to %s '%s': unknown parameter '%s'; there is %s"
                .formatted(action, name, parameter, String.join(", ", known)));
      }
    }
  }
}
