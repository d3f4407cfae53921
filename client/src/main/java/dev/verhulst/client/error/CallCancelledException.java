package dev.verhulst.client.error;

/** The calling thread was interrupted while it waited, or the call was cancelled. */
public final class CallCancelledException extends VerhulstException {

  CallCancelledException(FailedCall call, Throwable cause) {
    super("cancelled: " + call.request() + " was given up before its answer came", call, cause);
  }
}
