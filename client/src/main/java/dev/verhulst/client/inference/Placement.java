package dev.verhulst.client.inference;

import java.nio.ByteBuffer;

/** Where the bytes of an output go: into the caller's buffer, a direct one, or nowhere else. */
public final class Placement {

  private Placement() {}

  /**
   * Puts the bytes of an output where its request wants them.
   *
   * @return the bytes there, from the first to the last
   * @throws IllegalArgumentException where the caller's buffer is too small
   */
  public static ByteBuffer place(InferenceRequest request, String output, ByteBuffer bytes) {
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
