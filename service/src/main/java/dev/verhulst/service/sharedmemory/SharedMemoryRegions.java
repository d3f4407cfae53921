package dev.verhulst.service.sharedmemory;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The regions of POSIX shared memory that callers have registered. A region stays mapped until it
 * is unregistered and the last request that uses it has ended. Thread-safe.
 */
public final class SharedMemoryRegions {

  static final int MOST_REGIONS = 1024;
  static final int LONGEST_NAME = 255;

  private final boolean enabled;
  private final Path directory;
  private final ConcurrentSkipListMap<String, SharedMemoryRegion> regions =
      new ConcurrentSkipListMap<>();

  public SharedMemoryRegions(SharedMemoryProperties properties) {
    this.enabled = properties.enabled();
    this.directory = properties.directory();
  }

  /** Whether callers may use shared memory at all. */
  public boolean enabled() {
    return enabled;
  }

  /**
   * Maps a piece of a shared memory object.
   *
   * @param name what callers will call it
   * @param key the object's name as shm_open(3) takes it, e.g. {@code /input}
   * @param offset where the piece begins, in bytes
   * @param byteSize its size in bytes, at least 1
   * @throws InferenceException of kind INVALID_ARGUMENT where the name is taken, or there is no
   *     such object, or the piece does not lie within it; UNSUPPORTED where shared memory is off
   */
  public void register(String name, String key, long offset, long byteSize) {
    expectEnabled();
    if (name.isBlank()) {
      throw invalidArgument("the name of a shared memory region must not be empty");
    }
    if (name.length() > LONGEST_NAME) {
      throw invalidArgument(
          "the name of a shared memory region has %d characters; expected at most %d"
              .formatted(name.length(), LONGEST_NAME));
    }
    // Every region is a mapping of the process, of which the kernel allows some thousands.
    if (regions.size() >= MOST_REGIONS) {
      throw invalidArgument(
          "there are %d shared memory regions, and no more may be; unregister one first"
              .formatted(regions.size()));
    }
    SharedMemoryRegion region =
        new SharedMemoryRegion(name, key, offset, map(name, key, offset, byteSize));
    if (regions.putIfAbsent(name, region) != null) {
      throw invalidArgument(
          "shared memory region '%s' is registered already; unregister it first".formatted(name));
    }
  }

  /**
   * Forgets a region. Without effect where there is none of that name.
   *
   * @throws InferenceException of kind UNSUPPORTED where shared memory is off
   */
  public void unregister(String name) {
    expectEnabled();
    regions.remove(name);
  }

  /**
   * Forgets every region.
   *
   * @throws InferenceException of kind UNSUPPORTED where shared memory is off
   */
  public void unregisterAll() {
    expectEnabled();
    regions.clear();
  }

  /** Every region, by name. */
  public List<SharedMemoryRegion> status() {
    expectEnabled();
    return List.copyOf(regions.values());
  }

  /**
   * The region of that name.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where there is none
   */
  public SharedMemoryRegion status(String name) {
    expectEnabled();
    SharedMemoryRegion region = regions.get(name);
    if (region == null) {
      throw invalidArgument("Unable to find shared memory region: '%s'".formatted(name));
    }
    return region;
  }

  /**
   * The memory of a tensor in a region.
   *
   * @param offset where the tensor begins in the region, in bytes
   * @param byteSize the tensor's size, in bytes
   * @throws InferenceException of kind INVALID_ARGUMENT where there is no such region, or the
   *     tensor does not lie within it
   */
  public MemorySegment slice(String name, long offset, long byteSize) {
    SharedMemoryRegion region = status(name);
    if (offset < 0 || byteSize < 0 || offset > region.byteSize() - byteSize) {
      throw invalidArgument(
          "Invalid offset + byte size for shared memory region: '%s': %d bytes at offset %d do not lie within its %d bytes"
              .formatted(name, byteSize, offset, region.byteSize()));
    }
    return region.memory().asSlice(offset, byteSize);
  }

  private MemorySegment map(String name, String key, long offset, long byteSize) {
    Path object = object(key);
    if (offset < 0 || byteSize < 1) {
      throw invalidArgument(
          "shared memory region '%s' must begin at an offset of at least 0 and have at least 1 byte, got %d bytes at offset %d"
              .formatted(name, byteSize, offset));
    }
    try (FileChannel channel =
        FileChannel.open(
            object, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      // Mapped beyond its end, the object would be grown.
      if (offset > channel.size() - byteSize) {
        throw invalidArgument(
            "shared memory region '%s' asks for %d bytes at offset %d of '%s', which has %d bytes"
                .formatted(name, byteSize, offset, key, channel.size()));
      }
      // Unmapped when nobody holds it any more: a request may be computing on it right now.
      return channel.map(MapMode.READ_WRITE, offset, byteSize, Arena.ofAuto());
    } catch (NoSuchFileException e) {
      throw invalidArgument(
          "Unable to open shared memory region: '%s': there is no such object on the server's host"
              .formatted(key));
    } catch (IOException e) {
      throw invalidArgument(
          "Unable to open shared memory region: '%s': %s".formatted(key, e.getMessage()));
    }
  }

  private Path object(String key) {
    String file = key.startsWith("/") ? key.substring(1) : key;
    if (file.isBlank()
        || file.startsWith(".")
        || file.chars().anyMatch(c -> c == '/' || Character.isISOControl(c))) {
      throw invalidArgument(
          "'%s' is no name of a shared memory object; expected one like /name".formatted(key));
    }
    Path object = directory.resolve(file);
    if (Files.exists(object, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(object, LinkOption.NOFOLLOW_LINKS)) {
      throw invalidArgument(
          "Unable to open shared memory region: '%s': it is no shared memory object"
              .formatted(key));
    }
    return object;
  }

  private void expectEnabled() {
    if (!enabled) {
      throw new InferenceException(
          ErrorKind.UNSUPPORTED,
          "shared memory is off on this server; it can be turned on with verhulst.shared-memory.enabled=true");
    }
  }
}
