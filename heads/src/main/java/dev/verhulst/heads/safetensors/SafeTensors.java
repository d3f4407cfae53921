package dev.verhulst.heads.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/**
 * A file of the <a href="https://huggingface.co/docs/safetensors">safetensors</a> format, mapped
 * into memory: eight bytes with the length of the header, the header, the tensors' bytes, all
 * little-endian. The whole header is checked when the file is opened; tensors are read where they
 * lie. A file must not be cut short while it is open: save a changed one under another name and
 * move it.
 */
public final class SafeTensors implements AutoCloseable {

  /** As in the format's own reader. */
  static final long MAX_HEADER = 100_000_000;

  static final int LENGTH_BYTES = Long.BYTES;

  static final ValueLayout.OfLong LITTLE_ENDIAN_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Arena arena;
  private final SafeTensorsHeader header;
  private final MemorySegment data;

  private SafeTensors(Arena arena, SafeTensorsHeader header, MemorySegment data) {
    this.arena = arena;
    this.header = header;
    this.data = data;
  }

  /**
   * Opens a file.
   *
   * @throws SafeTensorsException where it is not of the format; the message says why
   * @throws IOException where it cannot be read
   */
  @SuppressWarnings("MustBeClosedChecker") // The object that is returned closes it.
  public static SafeTensors open(Path file) throws IOException, SafeTensorsException {
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment all = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      SafeTensors tensors = of(all, arena);
      opened = true;
      return tensors;
    } catch (SafeTensorsException e) {
      throw new SafeTensorsException(file.getFileName() + ": " + e.getMessage(), e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  private static SafeTensors of(MemorySegment all, Arena arena) throws SafeTensorsException {
    if (all.byteSize() < LENGTH_BYTES) {
      throw new SafeTensorsException(
          "the file has %d bytes; expected at least the 8 of the header's length"
              .formatted(all.byteSize()));
    }
    long length = all.get(LITTLE_ENDIAN_LONG, 0);
    if (length < 0 || length > MAX_HEADER) {
      throw new SafeTensorsException(
          "the header's length is %s bytes; expected at most %d"
              .formatted(Long.toUnsignedString(length), MAX_HEADER));
    }
    if (length > all.byteSize() - LENGTH_BYTES) {
      throw new SafeTensorsException(
          "the header's length is %d bytes, but only %d follow; the file is cut short"
              .formatted(length, all.byteSize() - LENGTH_BYTES));
    }
    byte[] json = all.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    MemorySegment data = all.asSlice(LENGTH_BYTES + length);
    return new SafeTensors(arena, SafeTensorsHeader.parse(json, data.byteSize()), data);
  }

  /** The names of its tensors, in the order of the header. */
  public Set<String> names() {
    return header.tensors().keySet();
  }

  /** What it says about itself: free text by name. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * What its header says of a tensor.
   *
   * @throws SafeTensorsException where there is no such tensor
   */
  public TensorInfo info(String name) throws SafeTensorsException {
    TensorInfo info = header.tensors().get(name);
    if (info == null) {
      throw new SafeTensorsException(
          "there is no tensor '%s'; there are %s".formatted(name, names()));
    }
    return info;
  }

  /**
   * A tensor's bytes where they lie: little-endian, row-major, not aligned, valid until {@link
   * #close()}.
   *
   * @throws SafeTensorsException where there is no such tensor
   */
  public MemorySegment bytes(String name) throws SafeTensorsException {
    TensorInfo info = info(name);
    return data.asSlice(info.begin(), info.end() - info.begin());
  }

  /** Unmaps the file; no tensor of it may be read afterwards. */
  @Override
  public void close() {
    arena.close();
  }
}
