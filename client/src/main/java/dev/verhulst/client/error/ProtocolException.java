package dev.verhulst.client.error;

import org.jspecify.annotations.Nullable;

/**
 * The answer is not what the Open Inference Protocol says: malformed, incomplete, contradictory.
 */
public final class ProtocolException extends VerhulstException {

  ProtocolException(String message, FailedCall call, @Nullable Throwable cause) {
    super(message, call, cause);
  }
}
