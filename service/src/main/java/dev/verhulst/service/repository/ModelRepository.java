package dev.verhulst.service.repository;

import dev.verhulst.service.inference.InferenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of a directory, and what became of each: one directory per model; or the directory
 * itself is the only model, where it holds a configuration. A model that cannot be loaded does not
 * stop the others; a reload leaves the old versions in service until the new ones are ready, and
 * for good where they fail. Thread-safe: loads and unloads take turns, and nobody waits for them
 * who only asks.
 *
 * @param <M> what requests are sent to
 */
public final class ModelRepository<M> {

  private static final Logger LOG = LoggerFactory.getLogger(ModelRepository.class);

  private static final String UNLOADED = "unloaded";

  private final @Nullable Path root;
  private final @Nullable String onlyModel;
  private final ModelLoader<M> loader;
  private final ServedModels<M> served;
  private final ReentrantLock changes = new ReentrantLock();

  /** By model, its lines of the index. */
  private final Map<String, List<IndexEntry>> entries = new ConcurrentSkipListMap<>();

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param root the directory; null where there is none
   * @param onlyModel what the model is called where the directory itself is the only one; null for
   *     the directory's name
   */
  public ModelRepository(
      @Nullable Path root,
      @Nullable String onlyModel,
      ModelLoader<M> loader,
      ServedModels<M> served) {
    this.root = root;
    this.onlyModel = onlyModel;
    this.loader = loader;
    this.served = served;
  }

  /**
   * Loads every model of the directory. What goes wrong with one is logged and stands in the index.
   *
   * @return whether all of them could be loaded
   * @throws IOException where the directory itself cannot be read
   */
  public boolean loadAll() throws IOException {
    boolean all = true;
    for (String name : names()) {
      try {
        load(name, null);
      } catch (InferenceException e) {
        all = false;
      }
    }
    return all;
  }

  /** Whether no model of the directory is broken: what is not loaded has been unloaded. */
  public boolean isWhole() {
    return entries.values().stream()
        .flatMap(List::stream)
        .noneMatch(e -> e.state() == ModelState.UNAVAILABLE && !e.reason().equals(UNLOADED));
  }

  /**
   * Calls the listener after every load and unload from now on, on the thread that asked for it.
   */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /**
   * What a version of a model is made from, served or not.
   *
   * @param version its number; null for the newest
   * @throws ModelLoadException where there is none, or its configuration is not as it should be
   */
  public ModelSource source(String name, @Nullable Long version) throws ModelLoadException {
    return directory(name).source(version);
  }

  /** Whether the directory is itself the only model, so that no other can be saved beside it. */
  public boolean isOneModel() {
    return root != null && onlyModel(root) != null;
  }

  /** Whether a model of that name is built in, so that the repository must not have one. */
  public boolean isBuiltIn(String name) {
    return served.isBuiltIn(name);
  }

  /**
   * Loads a model, or loads it anew.
   *
   * @param configuration a configuration to take instead of the file's, as JSON or YAML; null for
   *     none
   * @throws InferenceException of kind INVALID_ARGUMENT where that fails; the message says why
   */
  public void load(String name, @Nullable String configuration) {
    changes.lock();
    try {
      List<ModelSource> sources = sources(name, configuration);
      boolean first = !entries.containsKey(name) || !isServed(name);
      if (first) {
        entries.put(name, entries(sources, ModelState.LOADING, ""));
      }
      SortedMap<Long, M> versions = load(sources);
      served.publish(name, versions);
      entries.put(name, entries(sources, ModelState.READY, ""));
      LOG.info("Model {} is loaded: {}, versions {}", name, operator(sources), versions.keySet());
    } catch (ModelLoadException e) {
      String reason = String.valueOf(e.getMessage());
      LOG.warn("Model {} is not loaded: {}", name, reason);
      // Names that nothing bears are not remembered.
      if (!isServed(name) && isThere(name)) {
        entries.put(name, unavailable(name, reason));
      }
      throw InferenceException.invalidArgument("failed to load '%s': %s".formatted(name, reason));
    } finally {
      listeners.forEach(Runnable::run);
      changes.unlock();
    }
  }

  /**
   * Serves a model no longer.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where there is no such model, or it is
   *     built in
   */
  public void unload(String name) {
    changes.lock();
    try {
      if (served.isBuiltIn(name)) {
        throw InferenceException.invalidArgument(
            "failed to unload '%s': it is built in, and always there".formatted(name));
      }
      List<IndexEntry> loaded = entries.get(name);
      if (loaded == null) {
        throw InferenceException.invalidArgument(
            "failed to unload '%s': the model repository has no model of that name"
                .formatted(name));
      }
      served.withdraw(name);
      entries.put(
          name,
          loaded.stream()
              .map(e -> new IndexEntry(name, e.version(), ModelState.UNAVAILABLE, UNLOADED))
              .toList());
      LOG.info("Model {} is unloaded", name);
    } finally {
      listeners.forEach(Runnable::run);
      changes.unlock();
    }
  }

  /** What became of each model of the directory, by name and version; the built-in ones aside. */
  public List<IndexEntry> index() {
    TreeSet<String> names = new TreeSet<>(entries.keySet());
    try {
      names.addAll(names());
    } catch (IOException e) {
      LOG.warn("The model repository cannot be read: {}", e.toString());
    }
    List<IndexEntry> index = new ArrayList<>();
    for (String name : names) {
      index.addAll(entries.getOrDefault(name, unavailable(name, "not loaded")));
    }
    return index;
  }

  /** What nobody has thought of must not stop the others. */
  private List<ModelSource> sources(String name, @Nullable String configuration)
      throws ModelLoadException {
    try {
      return directory(name).sources(configuration);
    } catch (InferenceException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      LOG.error("The configuration of model {} cannot be read", name, e);
      throw new ModelLoadException("internal error: " + e, e);
    }
  }

  private SortedMap<Long, M> load(List<ModelSource> sources) throws ModelLoadException {
    SortedMap<Long, M> versions = new TreeMap<>();
    boolean all = false;
    try {
      for (ModelSource source : sources) {
        versions.put(source.version(), load(source));
      }
      all = true;
      return versions;
    } finally {
      if (!all) {
        versions.values().forEach(loader::discard);
      }
    }
  }

  private M load(ModelSource source) throws ModelLoadException {
    try {
      return loader.load(source);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      LOG.error("Model {} version {} failed to load", source.name(), source.version(), e);
      throw new ModelLoadException(
          "version %d: internal error: %s".formatted(source.version(), e), e);
    }
  }

  private ModelDirectory directory(String name) throws ModelLoadException {
    if (!isName(name)) {
      throw InferenceException.invalidArgument(
          "failed to load '%s': that is no name of a directory in the model repository"
              .formatted(name));
    }
    if (served.isBuiltIn(name)) {
      throw new ModelLoadException(
          "a built-in model has that name, and is always there; choose another for your own");
    }
    if (root == null) {
      throw new ModelLoadException(
          "the server has no model repository; set verhulst.model-repository to a directory");
    }
    return new ModelDirectory(name, path(root, name));
  }

  private boolean isThere(String name) {
    return root != null && isName(name) && Files.isDirectory(path(root, name));
  }

  private Path path(Path repository, String name) {
    return name.equals(onlyModel(repository)) ? repository : repository.resolve(name);
  }

  /** The names of the directories; hidden ones, as mounts and version control have them, aside. */
  private List<String> names() throws IOException {
    if (root == null) {
      return List.of();
    }
    String only = onlyModel(root);
    if (only != null) {
      return List.of(only);
    }
    try (Stream<Path> directories = Files.list(root)) {
      return directories
          .filter(Files::isDirectory)
          .map(directory -> directory.getFileName().toString())
          .filter(name -> !name.startsWith(".") && !name.equals("lost+found"))
          .sorted()
          .toList();
    }
  }

  /** What the model is called that the directory itself is; null where it holds models. */
  private @Nullable String onlyModel(Path directory) {
    if (ModelConfigurationReader.FILE_NAMES.stream()
        .map(directory::resolve)
        .noneMatch(Files::exists)) {
      return null;
    }
    return onlyModel == null
        ? directory.toAbsolutePath().normalize().getFileName().toString()
        : onlyModel;
  }

  /** Whether a path of that one name stays within the directory, and in sight. */
  private static boolean isName(String name) {
    return !name.isBlank()
        && !name.startsWith(".")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))
        && isPath(name);
  }

  /** Whether the process's character encoding has all of it. */
  private static boolean isPath(String name) {
    try {
      return Path.of(name).toString().equals(name);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private boolean isServed(String name) {
    return entries.getOrDefault(name, List.of()).stream()
        .anyMatch(entry -> entry.state() == ModelState.READY);
  }

  private static String operator(List<ModelSource> sources) {
    return sources.getFirst().configuration().operator();
  }

  private static List<IndexEntry> entries(
      List<ModelSource> sources, ModelState state, String reason) {
    return sources.stream()
        .map(
            source -> new IndexEntry(source.name(), Long.toString(source.version()), state, reason))
        .toList();
  }

  private static List<IndexEntry> unavailable(String name, String reason) {
    return List.of(new IndexEntry(name, "", ModelState.UNAVAILABLE, reason));
  }
}
