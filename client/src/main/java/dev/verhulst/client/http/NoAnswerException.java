package dev.verhulst.client.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A connection that ended before the first byte of an answer. */
final class NoAnswerException extends IOException {

  private static final long serialVersionUID = 1;

  NoAnswerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
