package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DeviceException;

/** A native library of JCuda that could not be unpacked or loaded; the message is one sentence. */
final class NativeLibraryException extends DeviceException {

  NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
