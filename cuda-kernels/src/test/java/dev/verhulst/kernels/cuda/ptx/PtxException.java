package dev.verhulst.kernels.cuda.ptx;

/**
 * Something that a PTX text does and must not, or that the interpreter does not know. The message
 * names the kernel, and where there is one the instruction and the thread.
 */
public final class PtxException extends RuntimeException {

  PtxException(String message) {
    super(message);
  }

  PtxException(String message, Throwable cause) {
    super(message, cause);
  }
}
