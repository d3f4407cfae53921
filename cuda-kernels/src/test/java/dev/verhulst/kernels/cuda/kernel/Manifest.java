package dev.verhulst.kernels.cuda.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code make-ptx} wrote down of a run: which compiler made which PTX from which sources.
 *
 * @param nvcc the version of nvcc, e.g. {@code 13.0.88}
 * @param sources the SHA-256 of every source, by path
 * @param ptx the SHA-256 of every PTX file, by name
 */
record Manifest(String nvcc, SortedMap<String, String> sources, SortedMap<String, String> ptx) {

  static final String FILE = "manifest.txt";

  static Manifest committed() {
    return parse(new String(CommittedPtx.bytes(FILE), UTF_8));
  }

  static Manifest parse(String text) {
    String nvcc = "";
    SortedMap<String, String> sources = new TreeMap<>();
    SortedMap<String, String> ptx = new TreeMap<>();
    for (String line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
      List<String> words = List.of(line.split(" ", -1));
      switch (words.getFirst()) {
        case "nvcc" -> nvcc = words.get(1);
        case "source" -> sources.put(words.get(2), words.get(1));
        case "ptx" -> ptx.put(words.get(2), words.get(1));
        default -> throw new IllegalStateException("the manifest has a line '" + line + "'");
      }
    }
    return new Manifest(nvcc, sources, ptx);
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this is a bug: every Java has SHA-256", e);
    }
  }
}
