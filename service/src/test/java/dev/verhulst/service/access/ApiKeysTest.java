package dev.verhulst.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.lifecycle.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {

  private static final String KEY = "0123456789abcdef";
  private static final String OTHER = "fedcba9876543210";

  @TempDir private Path directory;
  private final AtomicLong nanos = new AtomicLong();

  @BeforeEach
  void write() throws IOException {
    Files.writeString(directory.resolve("scores"), KEY + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer " + KEY, "bearer " + KEY, "Bearer  " + KEY + " "})
  void aKnownKeyPasses(String authorization) {
    assertThatCode(() -> keys().check(authorization)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        KEY,
        "Bearer",
        "Bearer ",
        "Basic " + KEY,
        "Bearer " + KEY + "0",
        "Bearer " + OTHER
      })
  void anythingElseDoesNot(@Nullable String authorization) {
    InferenceException refused =
        catchThrowableOfType(InferenceException.class, () -> keys().check(authorization));
    assertThat(refused.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED);
    assertThat(refused).message().doesNotContain(KEY).doesNotContain(OTHER);
  }

  @Test
  void keysComeAndGo() throws IOException {
    ApiKeys keys = keys();
    Files.writeString(directory.resolve("reports"), OTHER);
    Files.delete(directory.resolve("scores"));
    nanos.addAndGet(ApiKeys.RENEWAL.toNanos() - 1);
    assertThatCode(() -> keys.check("Bearer " + KEY)).doesNotThrowAnyException();
    nanos.incrementAndGet();
    assertThatCode(() -> keys.check("Bearer " + OTHER)).doesNotThrowAnyException();
    assertThatThrownBy(() -> keys.check("Bearer " + KEY)).isInstanceOf(InferenceException.class);
  }

  @Test
  void aFileThatIsGoneTakesItsKeyWithIt() throws IOException {
    ApiKeys keys = keys();
    Files.delete(directory.resolve("scores"));
    nanos.addAndGet(ApiKeys.RENEWAL.toNanos());
    assertThatThrownBy(() -> keys.check("Bearer " + KEY)).hasMessageContaining("not known here");
  }

  /** It may be half written; and it is no reason to forget, or not to learn, the others. */
  @Test
  void aFileThatIsNoKeyAnyMoreLeavesItsKeyAndTheOthersAlone() throws IOException {
    ApiKeys keys = keys();
    Files.writeString(directory.resolve("scores"), "short");
    Files.writeString(directory.resolve("reports"), OTHER);
    nanos.addAndGet(ApiKeys.RENEWAL.toNanos());
    assertThatCode(() -> keys.check("Bearer " + KEY)).doesNotThrowAnyException();
    assertThatCode(() -> keys.check("Bearer " + OTHER)).doesNotThrowAnyException();
  }

  @Test
  void keysOfADirectoryThatCannotBeReadStillHold() throws IOException {
    ApiKeys keys = keys();
    Files.delete(directory.resolve("scores"));
    Files.delete(directory);
    nanos.addAndGet(ApiKeys.RENEWAL.toNanos());
    assertThatCode(() -> keys.check("Bearer " + KEY)).doesNotThrowAnyException();
    Files.createDirectory(directory);
  }

  /** As Kubernetes mounts a secret: links to links into a hidden directory. */
  @Test
  void linksAreFollowed() throws IOException {
    Path mounted = Files.createDirectory(directory.resolve("mounted"));
    Path hidden = Files.createDirectory(mounted.resolve("..2026_11_24"));
    Files.writeString(hidden.resolve("reports"), OTHER);
    Files.createSymbolicLink(mounted.resolve("..data"), hidden.getFileName());
    Files.createSymbolicLink(mounted.resolve("reports"), Path.of("..data", "reports"));
    ApiKeys keys = new ApiKeys(mounted, nanos::get);
    assertThatCode(() -> keys.check("Bearer " + OTHER)).doesNotThrowAnyException();
  }

  @Test
  void aDirectoryWithoutUsableKeysStopsTheStart() throws IOException {
    Files.writeString(directory.resolve("scores"), "short");
    assertThatThrownBy(this::keys)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("verhulst.api-keys")
        .hasMessageContaining("5 characters; expected at least 16");
    Files.delete(directory.resolve("scores"));
    assertThatThrownBy(this::keys).hasMessageContaining("holds no file");
    assertThatThrownBy(() -> new ApiKeys(directory.resolve("none"), nanos::get))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is no directory");
  }

  private ApiKeys keys() {
    return new ApiKeys(directory, nanos::get);
  }
}
