package dev.verhulst.service.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.service.inference.InferenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs read files of one directory, and of no other. */
class DataFilesTest {

  @TempDir Path root;
  private Path directory;
  private DataFiles files;

  @BeforeEach
  void write() throws IOException {
    directory = Files.createDirectories(root.resolve("data/deep"));
    Files.writeString(directory.resolve("a.csv"), "x,y");
    Files.writeString(root.resolve("secret.csv"), "x,y");
    Files.createSymbolicLink(root.resolve("data/inside.csv"), directory.resolve("a.csv"));
    Files.createSymbolicLink(root.resolve("data/outside.csv"), root.resolve("secret.csv"));
    Files.createSymbolicLink(root.resolve("data/up"), root);
    files = new DataFiles(root.resolve("data"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deep/a.csv", "deep/../deep/a.csv", "inside.csv"})
  void finds(String name) throws IOException {
    assertThat(files.resolve(name)).isEqualTo(directory.resolve("a.csv").toRealPath());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.csv",
        "/etc/passwd",
        "outside.csv",
        "up/secret.csv",
        "deep/../../secret.csv"
      })
  void doesNotLeaveTheDirectory(String name) {
    assertThatThrownBy(() -> files.resolve(name))
        .isInstanceOf(InferenceException.class)
        .hasMessage("'%s' leads out of the data directory", name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"b.csv", "deep", "", "a\0b"})
  void saysWhatIsNotThere(String name) {
    assertThatThrownBy(() -> files.resolve(name))
        .isInstanceOf(InferenceException.class)
        .hasMessage("there is no file '%s' in the data directory", name);
  }

  @Test
  void readsNothingWithoutADirectory() {
    assertThatThrownBy(() -> new DataFiles(null).resolve("a.csv"))
        .hasMessageContaining("verhulst.jobs.data-directory");
  }
}
