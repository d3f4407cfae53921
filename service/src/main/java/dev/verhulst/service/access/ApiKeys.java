package dev.verhulst.service.access;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.lifecycle.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of those who may send requests. They are the files of a directory, one for each caller,
 * as a secret of Kubernetes is mounted; files that come, go or change are noticed within {@link
 * #RENEWAL}. Thread-safe.
 */
public final class ApiKeys {

  static final Duration RENEWAL = Duration.ofSeconds(10);

  /** A shorter key could be guessed. */
  static final int SHORTEST = 16;

  private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);
  private static final String SCHEME = "Bearer ";

  private final Path directory;
  private final LongSupplier nanoTime;
  private final AtomicLong read;

  /** Of the key in each file its hash, so that a comparison takes as long whatever it finds. */
  private volatile Map<Path, byte[]> hashes;

  /**
   * @throws StartException where the directory cannot be read, or holds no key, or one too short
   */
  ApiKeys(Path directory, LongSupplier nanoTime) {
    this.directory = directory;
    this.nanoTime = nanoTime;
    this.read = new AtomicLong(nanoTime.getAsLong());
    try {
      this.hashes = read(files(directory));
    } catch (IOException e) {
      throw new StartException(AccessConfiguration.API_KEYS + ": " + e.getMessage());
    }
  }

  /**
   * Lets a caller pass who shows one of the keys.
   *
   * @param authorization what the caller sent as {@code Authorization}; null for nothing
   * @throws InferenceException of kind UNAUTHENTICATED where that is none of the keys
   */
  public void check(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw new InferenceException(
          ErrorKind.UNAUTHENTICATED,
          "this server needs an API key; send it as 'Authorization: Bearer KEY'");
    }
    renew();
    byte[] shown = hash(authorization.substring(SCHEME.length()).strip());
    boolean known = false;
    for (byte[] hash : hashes.values()) {
      known |= MessageDigest.isEqual(hash, shown);
    }
    if (!known) {
      throw new InferenceException(ErrorKind.UNAUTHENTICATED, "the API key is not known here");
    }
  }

  private void renew() {
    long last = read.get();
    long now = nanoTime.getAsLong();
    if (now - last < RENEWAL.toNanos() || !read.compareAndSet(last, now)) {
      return;
    }
    try {
      hashes = renewed(files(directory), hashes);
    } catch (IOException e) {
      LOG.warn("The API keys could not be read again; those read before still hold: {}", e + "");
    }
  }

  /** A file that is gone takes its key with it; one that is no key any more is left as it was. */
  private static Map<Path, byte[]> renewed(List<Path> files, Map<Path, byte[]> before) {
    Map<Path, byte[]> renewed = new HashMap<>();
    for (Path file : files) {
      try {
        renewed.put(file, read(file));
      } catch (IOException e) {
        byte[] known = before.get(file);
        LOG.warn(
            "An API key could not be read{}: {}",
            known == null ? "" : " again; what it was before still holds",
            e.toString());
        if (known != null) {
          renewed.put(file, known);
        }
      }
    }
    if (renewed.isEmpty()) {
      LOG.warn("There is no API key any more, so that nobody is let in");
    }
    return Map.copyOf(renewed);
  }

  private static Map<Path, byte[]> read(List<Path> files) throws IOException {
    if (files.isEmpty()) {
      throw new IOException("the directory holds no file; expected one for each caller");
    }
    Map<Path, byte[]> hashes = new HashMap<>();
    for (Path file : files) {
      hashes.put(file, read(file));
    }
    return Map.copyOf(hashes);
  }

  private static List<Path> files(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new IOException(directory + " is no directory; expected one with a file for each key");
    }
    // Kubernetes keeps what is mounted in hidden directories.
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(Files::isRegularFile)
          .toList();
    }
  }

  private static byte[] read(Path file) throws IOException {
    String key = Files.readString(file).strip();
    if (key.length() < SHORTEST) {
      throw new IOException(
          "the key in %s has %d characters; expected at least %d"
              .formatted(file, key.length(), SHORTEST));
    }
    return hash(key);
  }

  private static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
