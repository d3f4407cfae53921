package dev.verhulst.kernels;

/**
 * A device that failed while it was used: a CUDA call returned an error, or memory ran out. The
 * message names the call, the error and, where there is one, what to do. Nothing that the failed
 * call was to write may be trusted.
 */
public class DeviceException extends RuntimeException {

  public DeviceException(String message) {
    super(message);
  }

  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
