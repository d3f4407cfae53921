package dev.verhulst.client.streaming;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The buffers of a source, with the larger ones cut; empty ones are left out. */
final class CutBuffers implements Iterator<ByteBuffer> {

  private final Iterator<ByteBuffer> source;
  private final int largest;
  private ByteBuffer rest = ByteBuffer.allocate(0);

  CutBuffers(Iterator<ByteBuffer> source, int largest) {
    this.source = source;
    this.largest = largest;
  }

  @Override
  public boolean hasNext() {
    while (!rest.hasRemaining() && source.hasNext()) {
      ByteBuffer next = source.next();
      if (next.order() != ByteOrder.LITTLE_ENDIAN) {
        throw new IllegalArgumentException(
            "the source has a big-endian buffer, tensors are little-endian: call"
                + " buffer.order(ByteOrder.LITTLE_ENDIAN) before filling it");
      }
      rest = next.duplicate();
    }
    return rest.hasRemaining();
  }

  @Override
  public ByteBuffer next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int length = Math.min(largest, rest.remaining());
    ByteBuffer chunk = rest.slice(rest.position(), length);
    rest.position(rest.position() + length);
    return chunk;
  }
}
