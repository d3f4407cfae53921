package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DeviceException;

/** A native library that could not be found, unpacked or loaded; the message is one sentence. */
final class NativeLibraryException extends DeviceException {

  NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
