package dev.verhulst.client.error;

import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * There is no connection to the server, or it broke: refused, the host unknown, closed before the
 * answer was complete. Refused connections have been retried as the policy says; a broken one has
 * not, since whether the server has computed the request is not known.
 */
public final class ConnectionException extends VerhulstException {

  ConnectionException(String message, FailedCall call, Throwable cause) {
    super(message, call, cause);
  }

  /** Whether nothing listened there, so that the request cannot have arrived. */
  public boolean refused() {
    return isRefusal(getCause());
  }

  /**
   * Whether the failure says that the connection was refused: a {@link ConnectException} that has
   * no other cause.
   */
  public static boolean isRefusal(@Nullable Throwable failure) {
    if (!(failure instanceof ConnectException)) {
      return false;
    }
    // The JDK wraps an unknown host and an unreachable network in a ConnectException too.
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (!(cause instanceof ConnectException || cause instanceof ClosedChannelException)) {
        return false;
      }
    }
    return true;
  }
}
