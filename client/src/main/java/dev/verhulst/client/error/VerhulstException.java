package dev.verhulst.client.error;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A call that failed. Each kind of error has its own subtype; the message names the request and
 * carries the server's words. Arguments that the client itself finds wrong are an {@link
 * IllegalArgumentException} before anything is sent.
 */
public abstract sealed class VerhulstException extends RuntimeException
    permits AccessDeniedException,
        CallCancelledException,
        ConnectionException,
        InvalidRequestException,
        NotFoundException,
        ProtocolException,
        RequestTimeoutException,
        ServerErrorException,
        UnavailableException,
        UnsupportedRequestException {

  private final @Nullable Integer status;
  private final @Nullable String model;
  private final @Nullable String serverMessage;

  VerhulstException(String message, FailedCall call, @Nullable Throwable cause) {
    super(message, cause);
    this.status = call.status().isPresent() ? call.status().getAsInt() : null;
    this.model = call.model();
    this.serverMessage = call.serverMessage();
  }

  /** The HTTP status of the answer; empty where none came. */
  public OptionalInt status() {
    return status == null ? OptionalInt.empty() : OptionalInt.of(status);
  }

  /** The model that the call was for; empty where it was for none. */
  public Optional<String> model() {
    return Optional.ofNullable(model);
  }

  /** The server's own error message; empty where there was none. */
  public Optional<String> serverMessage() {
    return Optional.ofNullable(serverMessage);
  }
}
