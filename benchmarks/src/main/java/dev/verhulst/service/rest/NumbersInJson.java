package dev.verhulst.service.rest;

import dev.verhulst.kernels.DataType;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;

/**
 * The service's numbers in JSON, for benchmarks: a door into this package, where the reader and the
 * writer are at home. Not thread-safe.
 */
public final class NumbersInJson {

  private final byte[] window = new byte[ExchangeBuffers.WINDOW];
  private final FrameScanner scanner = new FrameScanner();
  private final NumberWriter writer = new NumberWriter();

  /**
   * Reads the numbers of a request's one input, as the service does: its frame is found first.
   *
   * @param request in native memory
   * @param tensor as many elements as the input has
   */
  public void read(MemorySegment request, DataType dataType, MemorySegment tensor) {
    JsonText text = JsonText.of(BodyPieces.of(request), window);
    scanner.scan(text);
    long count = tensor.byteSize() / dataType.byteSize();
    NumberReader.read(text, scanner.dataStart(0), "the input", count, dataType, tensor);
  }

  /** Writes a tensor's elements, with commas between them. */
  public void write(DataType dataType, MemorySegment tensor, OutputStream out) throws IOException {
    JsonSink sink = new JsonSink(window, out);
    writer.write(dataType, tensor, sink);
    sink.flush();
  }
}
