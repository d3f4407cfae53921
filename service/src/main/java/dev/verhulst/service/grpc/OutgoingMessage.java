package dev.verhulst.service.grpc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * An answer on its way out: bytes on the heap and tensors in leased memory, in turn. The transport
 * takes bytes from arrays only, so a tensor goes there through a window that stays in the first
 * level of the cache. It is drained once, while the lease lasts.
 */
final class OutgoingMessage extends InputStream implements KnownLength, Drainable {

  private static final int WINDOW = 16 * 1024;

  private final List<MemorySegment> parts;
  private final int byteSize;

  /**
   * @param parts what the message consists of, in order; 2 GiB at most
   */
  OutgoingMessage(List<MemorySegment> parts) {
    this.parts = parts;
    long sum = 0;
    for (MemorySegment part : parts) {
      sum += part.byteSize();
    }
    this.byteSize = Math.toIntExact(sum);
  }

  @Override
  public int available() {
    return byteSize;
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    byte[] window = new byte[Math.min(WINDOW, byteSize)];
    for (MemorySegment part : parts) {
      if (part.heapBase().orElse(null) instanceof byte[] bytes && bytes.length == part.byteSize()) {
        target.write(bytes);
        continue;
      }
      for (long start = 0; start < part.byteSize(); start += window.length) {
        int count = (int) Math.min(window.length, part.byteSize() - start);
        MemorySegment.copy(part, JAVA_BYTE, start, window, 0, count);
        target.write(window, 0, count);
      }
    }
    return byteSize;
  }

  @Override
  public int read() {
    throw new UnsupportedOperationException("this is a bug: an answer is drained, not read");
  }
}
