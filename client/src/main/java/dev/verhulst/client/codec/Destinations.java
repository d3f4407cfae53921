package dev.verhulst.client.codec;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.RequestedOutput;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the bytes of a request's outputs go: into the caller's buffers, or into new ones. */
final class Destinations {

  private final Map<String, ByteBuffer> given = new LinkedHashMap<>();
  private final List<String> names;
  private final boolean direct;

  Destinations(InferenceRequest request) {
    names = request.outputs().stream().map(RequestedOutput::name).toList();
    direct = request.directOutputs();
    for (RequestedOutput output : request.outputs()) {
      if (output.destination() != null) {
        given.put(output.name(), output.destination().slice());
      }
    }
  }

  /** The outputs that the request lists. */
  List<String> names() {
    return names;
  }

  /**
   * A buffer of exactly so many bytes, from position 0 on.
   *
   * @throws IllegalArgumentException where the caller gave a smaller one
   */
  ByteBuffer open(String output, int size) {
    ByteBuffer buffer = given.get(output);
    if (buffer == null) {
      return allocate(size);
    }
    if (buffer.remaining() < size) {
      throw new IllegalArgumentException(
          "the buffer for output '"
              + output
              + "' has room for "
              + buffer.remaining()
              + " bytes, but the answer has "
              + size);
    }
    return buffer.slice(0, size);
  }

  /** The caller's buffer, which has to have room for so many bytes, or an empty one to be grown. */
  ByteBuffer begin(String output, int size) {
    return given.containsKey(output) ? open(output, size) : allocate(0);
  }

  /** The bytes of an output that came in JSON, where they belong. */
  ByteBuffer place(String output, ByteBuffer data) {
    if (!direct && !given.containsKey(output)) {
      return data;
    }
    return open(output, data.remaining()).put(data.duplicate()).flip();
  }

  private ByteBuffer allocate(int size) {
    return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
  }
}
