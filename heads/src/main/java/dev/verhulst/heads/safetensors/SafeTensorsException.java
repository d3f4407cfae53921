package dev.verhulst.heads.safetensors;

/** A file that is not of the safetensors format, or not as its reader expects; says why. */
public final class SafeTensorsException extends Exception {

  private static final long serialVersionUID = 1;

  public SafeTensorsException(String message) {
    super(message);
  }

  SafeTensorsException(String message, Throwable cause) {
    super(message, cause);
  }
}
