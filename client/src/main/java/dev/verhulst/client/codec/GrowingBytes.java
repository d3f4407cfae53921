package dev.verhulst.client.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Little-endian bytes on the heap, as many as come. */
final class GrowingBytes {

  private ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

  /** A buffer with room for so many more bytes at its position. */
  ByteBuffer withRoomFor(int count) {
    if (bytes.remaining() < count) {
      long needed = (long) bytes.position() + count;
      long doubled = Math.min(2L * bytes.capacity(), Integer.MAX_VALUE - 8);
      byte[] larger = Arrays.copyOf(bytes.array(), Math.toIntExact(Math.max(needed, doubled)));
      bytes = ByteBuffer.wrap(larger).position(bytes.position()).order(ByteOrder.LITTLE_ENDIAN);
    }
    return bytes;
  }

  /** How many bytes have been put. */
  int size() {
    return bytes.position();
  }

  /** What has been put. */
  ByteBuffer toBuffer() {
    return bytes.duplicate().flip().order(ByteOrder.LITTLE_ENDIAN);
  }
}
