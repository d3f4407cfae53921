package dev.verhulst.client.error;

import org.jspecify.annotations.Nullable;

/**
 * The answer did not come in time: the call's own timeout passed, retries included, or the server
 * or a proxy gave up (408, 504). Whether the server has computed it is not known.
 */
public final class RequestTimeoutException extends VerhulstException {

  RequestTimeoutException(String message, FailedCall call, @Nullable Throwable cause) {
    super(message, call, cause);
  }
}
