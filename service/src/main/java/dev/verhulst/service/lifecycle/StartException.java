package dev.verhulst.service.lifecycle;

/**
 * A start that cannot succeed, for a reason that lies outside of the program. The message is one
 * line: what is wrong, and what to do.
 */
public final class StartException extends RuntimeException {

  public StartException(String message) {
    super(message, null, false, false);
  }
}
