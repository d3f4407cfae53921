package dev.verhulst.client.error;

/** The server knows no such path, model or version (404). */
public final class NotFoundException extends VerhulstException {

  NotFoundException(FailedCall call) {
    super(call.answer(), call, null);
  }
}
