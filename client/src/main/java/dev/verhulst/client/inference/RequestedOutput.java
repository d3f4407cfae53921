package dev.verhulst.client.inference;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An output that a request asks for.
 *
 * @param name its name
 * @param parameters its parameters, e.g. {@code classification}; strings, booleans and numbers
 * @param destination where its bytes go: the buffer is filled from its position on, and its
 *     position and limit stay as they are; null to have one allocated
 */
public record RequestedOutput(
    String name, Map<String, Object> parameters, @Nullable ByteBuffer destination) {

  public RequestedOutput {
    Objects.requireNonNull(name, "name");
    parameters = Parameters.copyOf(parameters);
    if (destination != null && destination.isReadOnly()) {
      throw new IllegalArgumentException("the buffer for output '" + name + "' is read-only");
    }
  }

  public static RequestedOutput of(String name) {
    return new RequestedOutput(name, Map.of(), null);
  }

  /** This output, with its bytes going into that buffer. */
  public RequestedOutput into(ByteBuffer buffer) {
    return new RequestedOutput(name, parameters, buffer);
  }
}
