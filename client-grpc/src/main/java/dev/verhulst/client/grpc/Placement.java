package dev.verhulst.client.grpc;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.RequestedOutput;
import java.nio.ByteBuffer;

/** Where the bytes of an output go: into the caller's buffer, a direct one, or nowhere else. */
final class Placement {

  private Placement() {}

  /**
   * @throws IllegalArgumentException where the caller's buffer is too small
   */
  static ByteBuffer place(InferenceRequest request, String output, ByteBuffer bytes) {
    for (RequestedOutput requested : request.outputs()) {
      ByteBuffer destination = requested.destination();
      if (requested.name().equals(output) && destination != null) {
        if (destination.remaining() < bytes.remaining()) {
          throw new IllegalArgumentException(
              "the buffer for output '"
                  + output
                  + "' has room for "
                  + destination.remaining()
                  + " bytes, but the answer has "
                  + bytes.remaining());
        }
        return destination.slice().put(bytes).flip();
      }
    }
    return request.directOutputs()
        ? ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip()
        : bytes;
  }
}
