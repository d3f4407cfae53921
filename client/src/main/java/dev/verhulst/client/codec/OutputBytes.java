package dev.verhulst.client.codec;

import java.nio.ByteBuffer;

/** The bytes of one output, as they come. */
final class OutputBytes {

  private final int size;
  private ByteBuffer bytes;

  /**
   * @param bytes where they go; too small a buffer is replaced by larger ones of its kind, as far
   *     as bytes come
   * @param size how many they are to be
   */
  OutputBytes(ByteBuffer bytes, int size) {
    this.bytes = bytes;
    this.size = size;
  }

  /** Bytes that are all there. */
  static OutputBytes of(ByteBuffer bytes) {
    return new OutputBytes(bytes.position(bytes.limit()), bytes.limit());
  }

  /** How many are still to come. */
  int missing() {
    return size - bytes.position();
  }

  /** Takes as many bytes of the chunk as are missing. */
  void accept(ByteBuffer chunk) {
    int count = Math.min(chunk.remaining(), missing());
    if (bytes.remaining() < count) {
      grow(count);
    }
    bytes.put(chunk.slice(chunk.position(), count));
    chunk.position(chunk.position() + count);
  }

  /** Those that have come. */
  ByteBuffer toBuffer() {
    return bytes.duplicate().flip();
  }

  private void grow(int count) {
    long wanted = Math.max(2L * bytes.capacity(), (long) bytes.position() + count);
    int capacity = (int) Math.min(wanted, size);
    ByteBuffer larger =
        bytes.isDirect() ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
    bytes = larger.put(bytes.flip());
  }
}
