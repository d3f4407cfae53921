package dev.verhulst.client.error;

/** The server does not implement what was asked for (405, 501). */
public final class UnsupportedRequestException extends VerhulstException {

  UnsupportedRequestException(FailedCall call) {
    super(call.answer(), call, null);
  }
}
