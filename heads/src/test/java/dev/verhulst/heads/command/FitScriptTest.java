package dev.verhulst.heads.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the script builds, in a checkout whose Maven and Java only say that they were called. */
class FitScriptTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String MAVEN =
      """
      #!/bin/sh
      echo built
      mkdir -p cuda-kernels/target heads/target
      touch cuda-kernels/target/kernels.jar '%1$s/library.jar'
      printf '%%s' "$PWD/cuda-kernels/target/kernels.jar:%1$s/library.jar" > heads/target/classpath
      """;
  private static final String JAVA =
      """
      #!/bin/sh
      for argument; do echo "$argument"; done
      """;

  @TempDir private Path folder;
  private Path checkout;

  @BeforeEach
  void checkOut() throws IOException {
    folder = folder.toRealPath();
    checkout = folder.resolve("a checkout");
    for (String file : List.of("fit", ".mvn/find-jdk", ".mvn/check-class-path")) {
      write("a checkout/" + file, Files.readString(ROOT.resolve(file)));
    }
    for (String module : List.of("cuda-kernels", "heads")) {
      write("a checkout/" + module + "/pom.xml", "");
      write("a checkout/" + module + "/src/main/java/Source.java", "");
    }
    write("a checkout/pom.xml", "");
    write("bin/mvn", MAVEN.formatted(folder));
    write("jdk/bin/java", JAVA);
    write("jdk/release", "JAVA_VERSION=\"25\"");
  }

  @Test
  void buildsOnceAndRunsTheCommand() throws Exception {
    assertThat(fit("--data", "with a space.csv"))
        .contains("built")
        .endsWith("dev.verhulst.heads.command.FitCommand", "--data", "with a space.csv");
    assertThat(fit())
        .doesNotContain("built")
        .contains(
            checkout
                + "/heads/target/classes:"
                + checkout
                + "/cuda-kernels/target/kernels.jar:"
                + folder
                + "/library.jar");
  }

  @Test
  void buildsOnceWhereASourceHasChanged() throws Exception {
    fit();
    Files.setLastModifiedTime(
        checkout.resolve("heads/target/classpath"), FileTime.from(Instant.EPOCH));
    assertThat(fit()).contains("built");
    assertThat(fit()).doesNotContain("built");
  }

  @Test
  void buildsWhereTheCheckoutHasMoved() throws Exception {
    fit();
    checkout = Files.move(checkout, folder.resolve("moved"));
    assertThat(fit()).contains("built");
    assertThat(fit()).doesNotContain("built");
  }

  /** The first checkout is still there, with another state of the sources. */
  @Test
  void buildsWhereTheCheckoutIsACopy() throws Exception {
    fit();
    Path first = checkout;
    checkout = folder.resolve("copy");
    assertThat(new ProcessBuilder("cp", "-Rp", first + "", checkout + "").start().waitFor())
        .isZero();
    assertThat(fit()).contains("built");
  }

  @Test
  void isCalledThroughALinkAsWell() throws Exception {
    fit();
    Path link = Files.createSymbolicLink(folder.resolve("link"), checkout.resolve("fit"));
    assertThat(run(link)).isEqualTo(fit());
  }

  @Test
  void buildsWhereALibraryIsGone() throws Exception {
    fit();
    Files.delete(folder.resolve("library.jar"));
    assertThat(fit()).contains("built");
  }

  /** Runs the script and returns the lines that it, Maven and Java have written. */
  private List<String> fit(String... arguments) throws IOException, InterruptedException {
    return run(checkout.resolve("fit"), arguments);
  }

  private List<String> run(Path file, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder script = new ProcessBuilder(file.toString());
    script.command().addAll(List.of(arguments));
    script.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    script.environment().put("JAVA25_HOME", folder.resolve("jdk").toString());
    Process process = script.redirectErrorStream(true).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(process.waitFor()).as(lines.toString()).isZero();
    return lines;
  }

  private void write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    if (content.startsWith("#!")) {
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
  }
}
