package dev.verhulst.client.http;

import dev.verhulst.client.codec.Answer;
import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.transport.Interest;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * A call as HTTP carries it: what is sent, and how the answer is read.
 *
 * @param model the model it is for; null where it is for none
 * @param interest whether the answer is still wanted
 */
record HttpCall<T>(
    HttpRequest request,
    HttpResponse.BodyHandler<Answer<T>> handler,
    @Nullable String model,
    Interest interest) {

  HttpCall(
      HttpRequest request, HttpResponse.BodyHandler<Answer<T>> handler, @Nullable String model) {
    this(request, handler, model, new Interest());
  }

  FailedCall failed() {
    return FailedCall.unanswered(request.method(), request.uri(), model);
  }
}
