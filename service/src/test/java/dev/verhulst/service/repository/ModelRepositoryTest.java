package dev.verhulst.service.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.verhulst.service.inference.InferenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRepositoryTest {

  @TempDir Path root;

  private final Served served = new Served();
  private ModelRepository<String> repository;

  @BeforeEach
  void open() {
    repository = new ModelRepository<>(root, null, ModelRepositoryTest::load, served);
  }

  @Test
  void everyDirectoryIsAModel() throws IOException {
    model("tenth", "{operator: leaky_relu, parameters: {alpha: 0.1}}");
    model("steep", "{operator: elu}");
    Files.createDirectory(root.resolve("..data"));
    Files.writeString(root.resolve("README.md"), "a file is no model");

    assertThat(repository.loadAll()).isTrue();

    assertThat(served.models)
        .isEqualTo(
            Map.of("tenth", Map.of(1L, "leaky_relu{alpha=0.1}"), "steep", Map.of(1L, "elu{}")));
    assertThat(repository.index())
        .containsExactly(
            new IndexEntry("steep", "1", ModelState.READY, ""),
            new IndexEntry("tenth", "1", ModelState.READY, ""));
  }

  @Test
  void aBrokenModelDoesNotStopTheOthersAndTheIndexSaysWhy() throws IOException {
    model("good", "operator: elu");
    model("bad", "operator: nonsense");
    Files.createDirectory(root.resolve("empty"));

    assertThat(repository.loadAll()).isFalse();

    assertThat(served.models).containsOnlyKeys("good");
    assertThat(repository.index())
        .containsExactly(
            new IndexEntry("bad", "", ModelState.UNAVAILABLE, "there is no operator 'nonsense'"),
            new IndexEntry(
                "empty",
                "",
                ModelState.UNAVAILABLE,
                "the directory 'empty' holds no configuration; expected one of config.yaml,"
                    + " config.yml, config.json"),
            new IndexEntry("good", "1", ModelState.READY, ""));
  }

  /** Whatever it is that goes wrong: memory that runs out, or values that contain themselves. */
  @Test
  void aModelThatCannotBeMadeDoesNotStopTheOthers() throws IOException {
    model("good", "operator: elu");
    model("large", "operator: large");
    model("itself", "{operator: elu, parameters: {alpha: &a {b: [*a]}}}");
    model("late", "{operator: elu, batching: {default_timeout_microseconds: 9223372036854775807}}");
    model("idle", "{operator: elu, batching: {max_queue_delay_microseconds: 9223372036854775807}}");

    assertThat(repository.loadAll()).isFalse();

    assertThat(served.models).containsOnlyKeys("good");
    assertThat(repository.index())
        .filteredOn(entry -> !entry.name().equals("good"))
        .hasSize(4)
        .allSatisfy(
            entry -> {
              assertThat(entry.state()).isEqualTo(ModelState.UNAVAILABLE);
              assertThat(entry.reason()).isNotEmpty();
            })
        .extracting(IndexEntry::reason)
        .filteredOn(reason -> reason.contains("internal error"))
        .singleElement(STRING)
        .contains("OutOfMemoryError");
    assertThat(repository.isWhole()).isFalse();
  }

  @Test
  void numberedDirectoriesAreVersionsAndTheNewestIsServed() throws IOException {
    model("m", "operator: elu", 1, 2, 10);
    repository.loadAll();
    assertThat(served.models.get("m")).containsOnlyKeys(10L);

    model("m", "{operator: elu, version_policy: {latest: 2}}");
    repository.load("m", null);
    assertThat(served.models.get("m")).containsOnlyKeys(2L, 10L);

    model("m", "{operator: elu, version_policy: all}");
    repository.load("m", null);
    assertThat(served.models.get("m")).containsOnlyKeys(1L, 2L, 10L);

    model("m", "{operator: elu, version_policy: {specific: [1]}}");
    repository.load("m", null);
    assertThat(served.models.get("m")).containsOnlyKeys(1L);
    assertThat(repository.index()).containsExactly(new IndexEntry("m", "1", ModelState.READY, ""));
  }

  @Test
  void aVersionThatIsAskedForAndNotThereIsAnError() throws IOException {
    model("m", "{operator: elu, version_policy: {specific: [1, 4]}}", 1, 2);
    assertThatThrownBy(() -> repository.load("m", null))
        .isInstanceOf(InferenceException.class)
        .hasMessage(
            "failed to load 'm': version_policy asks for versions [4], which have no directory;"
                + " there are [1, 2]");
  }

  @Test
  void aVersionMayHaveParametersOfItsOwn() throws IOException {
    model("m", "{operator: elu, version_policy: all, parameters: {alpha: 1.0}}", 1, 2);
    Files.writeString(root.resolve("m/2/config.yaml"), "parameters: {alpha: 2.0}");
    repository.loadAll();
    assertThat(served.models.get("m"))
        .isEqualTo(Map.of(1L, "elu{alpha=1.0}", 2L, "elu{alpha=2.0}"));
  }

  @Test
  void aReloadThatFailsKeepsTheOldVersion() throws IOException {
    model("m", "{operator: elu, parameters: {alpha: 1.0}}");
    repository.loadAll();
    model("m", "operator: nonsense");

    assertThatThrownBy(() -> repository.load("m", null))
        .hasMessage("failed to load 'm': there is no operator 'nonsense'");

    assertThat(served.models.get("m")).isEqualTo(Map.of(1L, "elu{alpha=1.0}"));
    assertThat(repository.index()).containsExactly(new IndexEntry("m", "1", ModelState.READY, ""));
  }

  @Test
  void aRequestMayBringTheConfiguration() throws IOException {
    model("m", "operator: elu");
    repository.load("m", "{\"operator\": \"relu\"}");
    assertThat(served.models.get("m")).isEqualTo(Map.of(1L, "relu{}"));
    assertThatThrownBy(() -> repository.load("m", "{"))
        .hasMessageStartingWith("failed to load 'm': the request's configuration: line 1:");
  }

  @Test
  void aModelThatAppearsLaterIsLoadedWhenAskedFor() throws IOException {
    repository.loadAll();
    model("late", "operator: elu");
    assertThat(repository.index())
        .containsExactly(new IndexEntry("late", "", ModelState.UNAVAILABLE, "not loaded"));
    repository.load("late", null);
    assertThat(served.models).containsOnlyKeys("late");
  }

  @Test
  void anUnloadedModelIsServedNoLongerAndMayComeBack() throws IOException {
    model("m", "operator: elu");
    repository.loadAll();
    repository.unload("m");
    assertThat(served.models).isEmpty();
    assertThat(repository.index())
        .containsExactly(new IndexEntry("m", "1", ModelState.UNAVAILABLE, "unloaded"));
    repository.load("m", null);
    assertThat(served.models).containsOnlyKeys("m");
  }

  @Test
  void namesThatLeadElsewhereAreRefused() throws IOException {
    model("m", "operator: elu");
    for (String name : List.of("..", "../m", "m/../m", ".", "", "m/1", ".hidden", "a\nb")) {
      assertThatThrownBy(() -> repository.load(name, null))
          .isInstanceOf(InferenceException.class)
          .hasMessage(
              "failed to load '%s': that is no name of a directory in the model repository", name);
    }
    assertThatThrownBy(() -> repository.load("nobody", null))
        .hasMessage("failed to load 'nobody': the model repository has no directory 'nobody'");
    assertThat(repository.index()).extracting(IndexEntry::name).containsExactly("m");
  }

  @Test
  void builtInModelsStay() throws IOException {
    model("sigmoid", "operator: elu");
    assertThat(repository.loadAll()).isFalse();
    assertThatThrownBy(() -> repository.load("sigmoid", null))
        .hasMessage(
            "failed to load 'sigmoid': a built-in model has that name, and is always there; choose"
                + " another for your own");
    assertThatThrownBy(() -> repository.unload("sigmoid"))
        .hasMessage("failed to unload 'sigmoid': it is built in, and always there");
    assertThatThrownBy(() -> repository.unload("nobody"))
        .hasMessage("failed to unload 'nobody': the model repository has no model of that name");
  }

  @Test
  void aDirectoryWithAConfigurationIsItselfTheOnlyModel() throws IOException {
    Files.writeString(root.resolve("config.json"), "{\"operator\": \"elu\"}");
    Files.createDirectory(root.resolve("3"));
    ModelRepository<String> named =
        new ModelRepository<>(root, "steep", ModelRepositoryTest::load, served);
    assertThat(named.loadAll()).isTrue();
    assertThat(served.models).isEqualTo(Map.of("steep", Map.of(3L, "elu{}")));
    assertThat(named.index()).containsExactly(new IndexEntry("steep", "3", ModelState.READY, ""));
    named.load("steep", null);
    named.unload("steep");
    assertThat(served.models).isEmpty();

    assertThat(repository.loadAll()).isTrue();
    assertThat(served.models).containsOnlyKeys(root.getFileName().toString());
  }

  @Test
  void itIsNotWholeWhileAModelIsBroken() throws IOException {
    List<Boolean> whole = new ArrayList<>();
    repository.onChange(() -> whole.add(repository.isWhole()));
    model("good", "operator: elu");
    model("bad", "operator: nonsense");
    repository.loadAll();
    assertThat(repository.isWhole()).isFalse();

    model("bad", "operator: relu");
    repository.load("bad", null);
    assertThat(repository.isWhole()).isTrue();
    repository.unload("bad");
    assertThat(repository.isWhole()).as("unloaded on purpose").isTrue();
    assertThat(whole).containsExactly(false, false, true, true);
  }

  @Test
  void withoutADirectoryThereIsNothing() throws IOException {
    ModelRepository<String> none =
        new ModelRepository<>(null, null, ModelRepositoryTest::load, served);
    assertThat(none.loadAll()).isTrue();
    assertThat(none.index()).isEmpty();
    assertThatThrownBy(() -> none.load("m", null))
        .hasMessage(
            "failed to load 'm': the server has no model repository; set"
                + " verhulst.model-repository to a directory");
  }

  private void model(String name, String configuration, int... versions) throws IOException {
    Path directory = Files.createDirectories(root.resolve(name));
    Files.writeString(directory.resolve("config.yaml"), configuration);
    for (int version : versions) {
      Files.createDirectory(directory.resolve(Integer.toString(version)));
    }
  }

  private static String load(ModelSource source) throws ModelLoadException {
    if (source.configuration().operator().equals("nonsense")) {
      throw new ModelLoadException("there is no operator 'nonsense'");
    }
    if (source.configuration().operator().equals("large")) {
      throw new OutOfMemoryError("Java heap space");
    }
    return source.configuration().operator() + source.configuration().parameters();
  }

  private static final class Served implements ServedModels<String> {

    private final Map<String, SortedMap<Long, String>> models = new TreeMap<>();

    @Override
    public boolean isBuiltIn(String name) {
      return name.equals("sigmoid");
    }

    @Override
    public void publish(String name, SortedMap<Long, String> versions) {
      models.put(name, versions);
    }

    @Override
    public void withdraw(String name) {
      models.remove(name);
    }
  }
}
