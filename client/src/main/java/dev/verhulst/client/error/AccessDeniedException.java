package dev.verhulst.client.error;

/** The server wants other credentials, or the endpoint is restricted (401, 403). */
public final class AccessDeniedException extends VerhulstException {

  AccessDeniedException(FailedCall call) {
    super(call.answer(), call, null);
  }
}
