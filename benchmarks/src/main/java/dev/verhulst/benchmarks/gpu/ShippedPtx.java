package dev.verhulst.benchmarks.gpu;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verhulst.kernels.Device;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The PTX on the class path: its files, what is in them, and their hashes. */
final class ShippedPtx {

  private static final String DIRECTORY = "/dev/verhulst/kernels/cuda/ptx/";
  private static final Pattern ENTRY = Pattern.compile("\\.entry (\\w+)\\(");
  private static final Pattern FILE = Pattern.compile("(?m)^ptx \\w+ (\\S+)$");

  private ShippedPtx() {}

  /** The SHA-256 of every file, by name, e.g. {@code sigmoid.compute_80.ptx}. */
  static SortedMap<String, String> hashes() {
    SortedMap<String, String> hashes = new TreeMap<>();
    FILE.matcher(new String(bytes("manifest.txt"), UTF_8))
        .results()
        .map(match -> match.group(1))
        .forEach(file -> hashes.put(file, sha256(bytes(file))));
    return hashes;
  }

  /** The names of the kernels in a file. */
  static SortedSet<String> entries(String file) {
    SortedSet<String> entries = new TreeSet<>();
    ENTRY
        .matcher(new String(bytes(file), UTF_8))
        .results()
        .forEach(match -> entries.add(match.group(1)));
    return entries;
  }

  private static byte[] bytes(String file) {
    try (InputStream stream = Device.class.getResourceAsStream(DIRECTORY + file)) {
      if (stream == null) {
        throw new IllegalStateException("there is no resource " + DIRECTORY + file);
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this is a bug: every Java has SHA-256", e);
    }
  }
}
