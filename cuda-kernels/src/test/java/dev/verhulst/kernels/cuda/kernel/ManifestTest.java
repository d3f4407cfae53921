package dev.verhulst.kernels.cuda.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed PTX is what the committed sources give. */
final class ManifestTest {

  private static final String WHAT_TO_DO = "run cuda-kernels/src/main/cuda/make-ptx and commit";

  @Test
  void theSourcesAreThoseThatThePtxWasMadeFrom() throws IOException {
    assertThat(hashes(CommittedPtx.sources()))
        .as("SHA-256 of the sources; where they changed, %s", WHAT_TO_DO)
        .isEqualTo(Manifest.committed().sources());
  }

  @Test
  void thePtxIsThatOfTheManifest() {
    SortedMap<String, String> hashes = new TreeMap<>();
    CommittedPtx.files()
        .forEach(file -> hashes.put(file, Manifest.sha256(CommittedPtx.bytes(file))));
    assertThat(hashes)
        .as("SHA-256 of the PTX; nobody edits it: %s", WHAT_TO_DO)
        .isEqualTo(Manifest.committed().ptx());
  }

  @Test
  void nvccMakesTheSamePtxAgain(@TempDir Path directory) throws Exception {
    String nvcc = nvccVersion();
    assumeTrue(
        nvcc.equals(Manifest.committed().nvcc()),
        () ->
            "the PTX was made by nvcc "
                + Manifest.committed().nvcc()
                + ", and this machine has "
                + (nvcc.isEmpty() ? "none" : nvcc)
                + ": only the hashes are compared");
    Path script = CommittedPtx.sources().resolve("make-ptx").toAbsolutePath();
    Process make =
        new ProcessBuilder(script.toString(), directory.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(make.getInputStream().readAllBytes(), UTF_8);
    assertThat(make.waitFor()).as("make-ptx: %s", output).isZero();

    SortedMap<String, String> made = hashes(directory);
    made.remove(Manifest.FILE);
    assertThat(made)
        .as("SHA-256 of the PTX made from the sources; where it differs, %s", WHAT_TO_DO)
        .isEqualTo(Manifest.committed().ptx());
  }

  /** The version of the nvcc on the path, or nothing where there is none. */
  private static String nvccVersion() throws InterruptedException {
    try {
      Process process = new ProcessBuilder("nvcc", "--version").redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      process.waitFor(1, TimeUnit.MINUTES);
      int version = output.indexOf(", V");
      return version < 0 ? "" : output.substring(version + 3).lines().findFirst().orElse("");
    } catch (IOException noSuchProgram) {
      return "";
    }
  }

  private static SortedMap<String, String> hashes(Path directory) throws IOException {
    SortedMap<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = directory.relativize(file).toString().replace('\\', '/');
        hashes.put(name, Manifest.sha256(Files.readAllBytes(file)));
      }
    }
    return hashes;
  }
}
