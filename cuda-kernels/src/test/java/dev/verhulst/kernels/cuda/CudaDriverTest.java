package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No call of the driver goes unchecked, which only the source can tell. */
final class CudaDriverTest {

  private static final Path SOURCES = Path.of("src/main/java/dev/verhulst/kernels");
  private static final Pattern CALL = Pattern.compile("JCudaDriver\\s*\\.cu\\w+\\(");
  private static final Pattern CHECKED_CALL =
      Pattern.compile("check\\(\\s*\"(\\w+)\",\\s*JCudaDriver\\s*\\.(\\w+)\\(");

  @Test
  void checksEveryCallUnderItsName() throws IOException {
    String source = Files.readString(SOURCES.resolve("cuda/CudaDriver.java"));
    assertThat(CHECKED_CALL.matcher(source).results())
        .hasSize((int) CALL.matcher(source).results().count())
        .hasSizeGreaterThan(20)
        .allSatisfy(call -> assertThat(call.group(1)).isEqualTo(call.group(2)));
  }

  @Test
  void isTheOnlyOneThatCalls() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<String> callers =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> CALL.matcher(read(file)).find())
              .map(file -> file.getFileName().toString())
              .toList();
      assertThat(callers).containsExactly("CudaDriver.java");
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
