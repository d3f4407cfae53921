package dev.verhulst.service.repository;

/** A model that cannot be loaded. The message says what is wrong with which file. */
public final class ModelLoadException extends Exception {

  public ModelLoadException(String message) {
    super(message);
  }

  public ModelLoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
