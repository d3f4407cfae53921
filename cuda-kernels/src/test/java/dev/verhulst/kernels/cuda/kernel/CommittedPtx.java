package dev.verhulst.kernels.cuda.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verhulst.kernels.cuda.ptx.PtxKernel;
import dev.verhulst.kernels.cuda.ptx.PtxModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The PTX that ships, as it lies on the class path. */
final class CommittedPtx {

  /** The targets that the PTX is made for, each loaded on the GPUs from its number on. */
  static final List<String> TARGETS = List.of("compute_75", "compute_80");

  private static final String DIRECTORY = "/dev/verhulst/kernels/cuda/ptx/";
  private static final String SUFFIX = ".ptx";
  private static final Map<String, PtxModule> PARSED = new ConcurrentHashMap<>();

  private CommittedPtx() {}

  /** The names of all modules, read off the manifest. */
  static List<String> modules() {
    return files().map(file -> file.substring(0, file.indexOf('.'))).distinct().toList();
  }

  /** The names of all files of PTX, read off the manifest. */
  static Stream<String> files() {
    return Manifest.committed().ptx().keySet().stream();
  }

  static byte[] bytes(String file) {
    try (InputStream stream = CommittedPtx.class.getResourceAsStream(DIRECTORY + file)) {
      if (stream == null) {
        throw new IllegalStateException("there is no resource " + DIRECTORY + file);
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String module, String target) {
    return new String(bytes(module + "." + target + SUFFIX), UTF_8);
  }

  /** A module, parsed once. */
  static PtxModule module(String module, String target) {
    return PARSED.computeIfAbsent(
        module + "." + target, name -> PtxModule.parse(text(module, target)));
  }

  /**
   * A kernel with an error in it: its text with the first match of a pattern replaced.
   *
   * @throws IllegalArgumentException where nothing matches
   */
  static PtxKernel planted(
      String module, String entry, String target, String pattern, String replacement) {
    String text = text(module, target);
    int start = text.indexOf(entry);
    String changed =
        text.substring(0, start) + text.substring(start).replaceFirst(pattern, replacement);
    if (changed.equals(text)) {
      throw new IllegalArgumentException(entry + " of " + target + " has no " + pattern);
    }
    return PtxModule.parse(changed).kernel(entry);
  }

  /**
   * A kernel that takes one of its 64-bit parameters, a size, for one more than it is.
   *
   * @param parameter which one, from 0
   */
  static PtxKernel withOneMore(String module, String entry, String target, int parameter) {
    String load = "ld\\.param\\.u64\\s+(%rd\\d+), \\[" + entry + "_param_" + parameter + "\\];";
    return planted(module, entry, target, load, "$0 add.s64 $1, $1, 1;");
  }

  /** The CUDA sources, in the checkout that is being tested. */
  static Path sources() {
    Path sources = Path.of("src", "main", "cuda");
    if (!Files.isDirectory(sources)) {
      throw new IllegalStateException(
          sources.toAbsolutePath() + " is not there; run the tests in the module's directory");
    }
    return sources;
  }
}
