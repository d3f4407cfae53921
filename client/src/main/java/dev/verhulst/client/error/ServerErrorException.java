package dev.verhulst.client.error;

/** The server failed (500 and the other 5xx). */
public final class ServerErrorException extends VerhulstException {

  ServerErrorException(FailedCall call) {
    super(call.answer(), call, null);
  }
}
