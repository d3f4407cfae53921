package dev.verhulst.kernels;

/**
 * A device that was asked for by name and cannot be had. The message is one line: why, and what to
 * do.
 */
public final class DeviceUnavailableException extends DeviceException {

  public DeviceUnavailableException(String message) {
    super(message);
  }
}
