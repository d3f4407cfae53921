package dev.verhulst.kernels.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compiles the fake driver with g++: the driver itself from {@code src/test/cpp}, and the CUDA
 * sources that the PTX is made of, unchanged but for single instructions written in PTX, which
 * become calls of C++ functions. What was compiled is kept in {@code target} until a source
 * changes.
 */
public final class FakeDriverBuild {

  /** Where this module is, seen from its own directory or from that of another. */
  private static final Path MODULE =
      Files.isDirectory(Path.of("src/main/cuda")) ? Path.of("") : Path.of("../cuda-kernels");

  private static final Path SOURCES = MODULE.resolve("src/main/cuda");
  private static final Path FAKE = MODULE.resolve("src/test/cpp");
  private static final Path TARGET = MODULE.resolve("target/fake-driver");

  private static final Pattern INSTRUCTION =
      Pattern.compile(
          "asm\\(\"([\\w.]+) %0(?:,"
              + " %\\d)+;\"\\s*:\\s*\"=\\w\"\\((\\w+)\\)\\s*:\\s*((?:\"\\w\"\\([^()]*\\)(?:,\\s*)?)+)\\);");
  private static final Pattern OPERAND = Pattern.compile("\"\\w\"\\(([^()]*)\\)");
  private static final Pattern ACTIVATION =
      Pattern.compile("^ACTIVATION\\((\\w+), \\(([^)]*)\\)", Pattern.MULTILINE);

  private static final List<String> FLAGS =
      List.of(
          "g++",
          "-std=c++20",
          "-O1",
          "-fPIC",
          "-pthread",
          // No multiply-add but where one is written, as in the PTX.
          "-ffp-contract=off",
          // nvcc lets a local alias hide a template's name.
          "-fpermissive",
          "-w",
          "-x",
          "c++");

  private FakeDriverBuild() {}

  /**
   * The directory of the compiled {@code libcuda.so.1}. Without a compiler, the test that calls
   * this is skipped, and fails where it must not be: in continuous integration ({@code CI=true}).
   */
  public static Path directory() {
    assumeCompiler();
    try {
      Path directory = TARGET.resolve(hash()).toAbsolutePath().normalize();
      Path library = directory.resolve(DriverLibrary.NAME);
      if (!Files.exists(library)) {
        compile(library);
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assumeCompiler() {
    boolean compiler = NativeLibrary.supportsThisPlatform() && run(List.of("g++", "--version"));
    if (!compiler && "true".equals(System.getenv("CI"))) {
      throw new AssertionError(
          "The tests of the CUDA backend must run here (CI=true): install g++ on Linux, x86-64");
    }
    assumeTrue(compiler, "needs g++ on Linux, x86-64, to compile the fake CUDA driver");
  }

  private static void compile(Path library) throws IOException {
    Path work = library.resolveSibling("work");
    copyForHost(work);
    Files.writeString(work.resolve("driver.cpp"), everyPartOfTheDriver());
    Files.writeString(work.resolve("elementwise-all.cu"), everyActivation("elementwise.cu"));
    Files.writeString(work.resolve("mapped-all.cu"), everyActivation("mapped.cu"));
    List<Path> sources =
        Stream.of(
                "elementwise-all.cu",
                "mapped-all.cu",
                "driver.cpp",
                "prelu.cu",
                "softmax.cu",
                "bce_with_logits.cu",
                "head_product.cu",
                "head_epilogue.cu")
            .map(work::resolve)
            .toList();
    List<String> link =
        new ArrayList<>(List.of("g++", "-shared", "-pthread", "-Wl,-soname," + DriverLibrary.NAME));
    sources.parallelStream()
        .forEach(
            source ->
                assertThat(run(compiling(source, work))).as("g++ compiles %s", source).isTrue());
    sources.forEach(source -> link.add(object(source, work).toString()));
    Path part = library.resolveSibling("libcuda.part");
    link.addAll(List.of("-o", part.toString(), "-ldl"));
    assertThat(run(link)).as("g++ links the fake driver").isTrue();
    Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
  }

  private static List<String> compiling(Path source, Path work) {
    Path host = FAKE.resolve("host");
    List<String> command = new ArrayList<>(FLAGS);
    if (source.toString().endsWith(".cu")) {
      command.addAll(List.of("-include", host.resolve("cuda_host.h").toString()));
    }
    command.addAll(List.of("-I", host.toString(), "-I", work.toString(), "-c"));
    command.addAll(List.of("-o", object(source, work).toString(), source.toString()));
    return command;
  }

  private static Path object(Path source, Path work) {
    return work.resolve(source.getFileName() + ".o");
  }

  /** One translation unit compiles several times faster than one each; so too below. */
  private static String everyPartOfTheDriver() throws IOException {
    return files(FAKE, ".cpp").stream()
        .map(file -> "#include \"" + file.toAbsolutePath() + "\"\n")
        .collect(Collectors.joining());
  }

  /** The kernels of all activations, as one of the sources has them. */
  private static String everyActivation(String source) throws IOException {
    List<MatchResult> catalogue =
        ACTIVATION.matcher(Files.readString(SOURCES.resolve("activations.cuh"))).results().toList();
    MatchResult first = catalogue.getFirst();
    return "#define ACTIVATION_NAME %s\n#define ACTIVATION_PARAMETERS %s\n"
            .formatted(first.group(1), first.group(2))
        + "#include \""
        + source
        + "\"\n"
        + catalogue.stream()
            .skip(1)
            .map(each -> "KERNELS(" + each.group(1) + separated(each.group(2)) + ")\n")
            .collect(Collectors.joining());
  }

  private static String separated(String parameters) {
    return parameters.isEmpty() ? "" : ", " + parameters;
  }

  private static void copyForHost(Path work) throws IOException {
    for (Path source : files(SOURCES, ".cu", ".cuh")) {
      String text = Files.readString(source);
      Path copy = work.resolve(SOURCES.relativize(source));
      Files.createDirectories(copy.getParent());
      Files.writeString(copy, INSTRUCTION.matcher(text).replaceAll(FakeDriverBuild::call));
    }
  }

  private static String call(MatchResult instruction) {
    String operands =
        OPERAND
            .matcher(instruction.group(3))
            .results()
            .map(operand -> operand.group(1))
            .collect(Collectors.joining(", "));
    return Matcher.quoteReplacement(
        "%s = ptx_%s(%s);"
            .formatted(instruction.group(2), instruction.group(1).replace('.', '_'), operands));
  }

  private static String hash() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(FLAGS.toString().getBytes(UTF_8));
      for (Path root : List.of(SOURCES, FAKE)) {
        for (Path file : files(root, ".cu", ".cuh", ".cpp", ".h")) {
          digest.update(MODULE.relativize(file).toString().getBytes(UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> files(Path root, String... endings) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
          .sorted()
          .toList();
    }
  }

  static boolean run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
