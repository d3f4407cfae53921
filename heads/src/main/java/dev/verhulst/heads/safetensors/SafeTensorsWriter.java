package dev.verhulst.heads.safetensors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes tensors of FP32 and FP64 as a file of the safetensors format. The same tensors give the
 * same bytes.
 */
public final class SafeTensorsWriter {

  /** The data begins at a multiple of this, so that mapped tensors are aligned. */
  private static final int ALIGNMENT = 8;

  private final Map<String, String> metadata = new TreeMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** Adds a line about the file itself. */
  public SafeTensorsWriter metadata(String name, String value) {
    metadata.put(name, value);
    return this;
  }

  /**
   * Adds a tensor.
   *
   * @param type F32, to which the values are rounded, or F64
   * @param values its elements, row-major
   */
  public SafeTensorsWriter tensor(
      String name, ElementType type, List<Long> shape, double[] values) {
    long elements = shape.stream().reduce(1L, Math::multiplyExact);
    if (type != ElementType.F32 && type != ElementType.F64) {
      throw new IllegalArgumentException("tensors are written as F32 or F64, got " + type);
    }
    if (elements != values.length || name.equals("__metadata__") || tensors.containsKey(name)) {
      throw new IllegalArgumentException(
          "tensor '%s' of shape %s cannot be added with %d values"
              .formatted(name, shape, values.length));
    }
    tensors.put(name, new Tensor(type, shape, values));
    return this;
  }

  /** Writes the file beside its place and moves it there: a reader sees all of it or nothing. */
  public void write(Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      byte[] header = header();
      ByteBuffer start =
          ByteBuffer.allocate(SafeTensors.LENGTH_BYTES + header.length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .put(header)
              .flip();
      writeAll(channel, start);
      for (Tensor tensor : tensors.values()) {
        tensor.write(channel);
      }
      channel.force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private byte[] header() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeName("__metadata__");
        json.writeStartObject();
        metadata.forEach(json::writeStringProperty);
        json.writeEndObject();
      }
      long begin = 0;
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        Tensor tensor = entry.getValue();
        json.writeName(entry.getKey());
        json.writeStartObject();
        json.writeStringProperty("dtype", tensor.type().name());
        json.writeName("shape");
        json.writeArray(
            tensor.shape().stream().mapToLong(d -> d).toArray(), 0, tensor.shape().size());
        json.writeName("data_offsets");
        json.writeArray(new long[] {begin, begin + tensor.byteSize()}, 0, 2);
        json.writeEndObject();
        begin += tensor.byteSize();
      }
      json.writeEndObject();
    }
    while ((SafeTensors.LENGTH_BYTES + bytes.size()) % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static void writeAll(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private record Tensor(ElementType type, List<Long> shape, double[] values) {

    private static final int CHUNK = 8192;

    long byteSize() {
      return (long) values.length * type.byteSize();
    }

    void write(FileChannel channel) throws IOException {
      ByteBuffer buffer =
          ByteBuffer.allocate(CHUNK * type.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
      for (int first = 0; first < values.length; first += CHUNK) {
        buffer.clear();
        for (int i = first; i < Math.min(values.length, first + CHUNK); i++) {
          if (type == ElementType.F32) {
            buffer.putFloat((float) values[i]);
          } else {
            buffer.putDouble(values[i]);
          }
        }
        writeAll(channel, buffer.flip());
      }
    }
  }
}
