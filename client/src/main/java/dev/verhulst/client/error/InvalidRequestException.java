package dev.verhulst.client.error;

/**
 * The server found the request wrong: a name, datatype, shape, size or parameter (400 and the other
 * 4xx). Sending it again does not help.
 */
public final class InvalidRequestException extends VerhulstException {

  InvalidRequestException(FailedCall call) {
    super(call.answer(), call, null);
  }
}
