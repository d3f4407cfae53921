package dev.verhulst.service.model;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.ModelVersion;
import dev.verhulst.service.metrics.InferenceMetrics;
import dev.verhulst.service.repository.ServedModels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every model that takes requests: the built-in ones, and what has been published beside them.
 * Thread-safe; who looks a model up reads one reference, whatever is being loaded meanwhile.
 */
public final class ModelCatalogue implements ServedModels<ServedModel>, AutoCloseable {

  private final InferenceMetrics metrics;
  private final Set<String> builtIn;

  /** Replaced as a whole, never changed. */
  private volatile Map<String, Versions> byName;

  /**
   * The versions of a model that are served.
   *
   * @param newest the one that serves where a request does not name any
   */
  private record Versions(Map<String, ServedModel> byNumber, ServedModel newest) {

    static Versions of(Collection<ServedModel> ascending) {
      Map<String, ServedModel> byNumber = new HashMap<>();
      ServedModel newest = null;
      for (ServedModel version : ascending) {
        byNumber.put(version.model().version(), version);
        newest = version;
      }
      if (newest == null) {
        throw new IllegalArgumentException("this is a bug: a model without versions");
      }
      return new Versions(Map.copyOf(byNumber), newest);
    }

    List<ServedModel> ascending() {
      return byNumber.values().stream().sorted((a, b) -> a.key().compareTo(b.key())).toList();
    }

    /** Which ones there are, as a sentence has it. */
    String described() {
      String numbers =
          ascending().stream()
              .map(version -> version.model().version())
              .collect(Collectors.joining(", "));
      return (byNumber.size() == 1 ? "its only version is " : "its versions are ") + numbers;
    }
  }

  public ModelCatalogue(ModelFactory factory, InferenceMetrics metrics) {
    this.metrics = metrics;
    Map<String, Versions> models = new HashMap<>();
    for (ServedModel model : factory.builtIn()) {
      models.put(model.model().name(), Versions.of(List.of(model)));
      metrics.expose(model.key(), model.metrics());
    }
    this.builtIn = Set.copyOf(models.keySet());
    this.byName = Map.copyOf(models);
  }

  /** Every version of every model, by name and version. */
  public List<ServedModel> all() {
    List<ServedModel> all = new ArrayList<>();
    new TreeMap<>(byName).values().forEach(versions -> all.addAll(versions.ascending()));
    return all;
  }

  /**
   * The model of that name.
   *
   * @param version the version asked for; null for the newest that is served
   * @throws InferenceException of kind UNKNOWN_MODEL where the name is unknown, NOT_FOUND where the
   *     version is
   */
  public ServedModel find(String name, @Nullable String version) {
    Versions versions = versions(name);
    if (version == null) {
      return versions.newest;
    }
    ServedModel model = versions.byNumber.get(version);
    if (model == null) {
      throw new InferenceException(
          ErrorKind.NOT_FOUND,
          "Request for unknown model: '%s' version %s is not found; %s"
              .formatted(name, version, versions.described()));
    }
    return model;
  }

  /**
   * The model of that name for a request: what it holds is not freed before the use is closed.
   *
   * @param version the version asked for; null for the newest that is served
   * @throws InferenceException as {@link #find}
   */
  public ModelUse use(String name, @Nullable String version) {
    while (true) {
      ServedModel model = find(name, version);
      if (model.uses().begin()) {
        return new ModelUse(model);
      }
      // Another one has taken its place since it was found.
    }
  }

  /**
   * Every version of a model, oldest first.
   *
   * @throws InferenceException of kind UNKNOWN_MODEL where the name is unknown
   */
  public List<ServedModel> findAll(String name) {
    return versions(name).ascending();
  }

  private Versions versions(String name) {
    Versions versions = byName.get(name);
    if (versions == null) {
      throw new InferenceException(
          ErrorKind.UNKNOWN_MODEL, "Request for unknown model: '" + name + "' is not found");
    }
    return versions;
  }

  /** How many requests wait for a version of a model; 0 where there is none. */
  public int queueDepth(ModelVersion version) {
    Versions versions = byName.get(version.model());
    ServedModel model = versions == null ? null : versions.byNumber.get(version.version());
    return model == null ? 0 : model.batcher().depth();
  }

  @Override
  public boolean isBuiltIn(String name) {
    return builtIn.contains(name);
  }

  @Override
  public void publish(String name, SortedMap<Long, ServedModel> versions) {
    replace(name, Versions.of(versions.values()));
  }

  @Override
  public void withdraw(String name) {
    replace(name, null);
  }

  /** Withdraws all but the built-in ones. */
  @Override
  public void close() {
    byName.keySet().stream().filter(name -> !builtIn.contains(name)).forEach(this::withdraw);
  }

  private synchronized void replace(String name, @Nullable Versions versions) {
    Map<String, Versions> models = new HashMap<>(byName);
    Versions old = versions == null ? models.remove(name) : models.put(name, versions);
    byName = Map.copyOf(models);
    if (old != null) {
      for (ServedModel version : old.byNumber.values()) {
        metrics.conceal(version.key());
        version.uses().retire();
      }
    }
    if (versions != null) {
      versions
          .byNumber
          .values()
          .forEach(version -> metrics.expose(version.key(), version.metrics()));
    }
  }
}
