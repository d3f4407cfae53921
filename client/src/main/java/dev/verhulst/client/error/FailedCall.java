package dev.verhulst.client.error;

import java.net.URI;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a call that failed.
 *
 * @param method the HTTP method, or the name of the gRPC method
 * @param uri where the request went
 * @param model the model it was for; null where it was for none
 * @param status the HTTP status of the answer, or the one that a gRPC status stands for; empty
 *     where none came
 * @param serverMessage the error message of the answer; null where there was none
 */
public record FailedCall(
    String method,
    URI uri,
    @Nullable String model,
    OptionalInt status,
    @Nullable String serverMessage) {

  /** A call that has got no answer yet. */
  public static FailedCall unanswered(String method, URI uri, @Nullable String model) {
    return new FailedCall(method, uri, model, OptionalInt.empty(), null);
  }

  /** This call with the error that the server answered. */
  public FailedCall answered(int status, @Nullable String serverMessage) {
    return new FailedCall(method, uri, model, OptionalInt.of(status), serverMessage);
  }

  /** The request in words, e.g. {@code POST http://localhost:8000/v2/models/sigmoid/infer}. */
  public String request() {
    return method + " " + uri;
  }

  /** The answer in words, with the server's message. */
  String answer() {
    String answer = request() + " was answered with status " + status.orElseThrow();
    return serverMessage == null || serverMessage.isBlank()
        ? answer + " and no message"
        : answer + ": " + serverMessage;
  }
}
