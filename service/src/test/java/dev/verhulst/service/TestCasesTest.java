package dev.verhulst.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that says which test shows which case names tests that there are. */
class TestCasesTest {

  private static final Path PROJECT = Path.of("..");
  private static final Pattern NAME = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");

  @Test
  void everyTestThatThePageNamesIsThere() throws IOException {
    String page = Files.readString(PROJECT.resolve("docs/test-cases.md"));
    List<MatchResult> names = NAME.matcher(page).results().toList();
    assertThat(names).hasSizeGreaterThan(31);
    for (MatchResult name : names) {
      assertThat(sources(name.group(1)))
          .as(name.group())
          .anyMatch(source -> source.contains("void " + name.group(2) + "("));
    }
  }

  /** Of each module that has a test of that name. */
  private static List<String> sources(String test) throws IOException {
    try (Stream<Path> modules = Files.list(PROJECT)) {
      return modules
          .map(module -> module.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .flatMap(tests -> find(tests, test + ".java").stream())
          .toList();
    }
  }

  private static List<String> find(Path tests, String fileName) {
    try (Stream<Path> files = Files.walk(tests)) {
      return files.filter(file -> file.endsWith(fileName)).map(TestCasesTest::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
