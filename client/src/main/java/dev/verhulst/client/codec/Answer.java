package dev.verhulst.client.codec;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer: a value where the status is 2xx, and else the bytes of an error.
 *
 * @param value the decoded body; null where the answer is an error
 * @param error the body of an error; empty where the answer is none
 */
public record Answer<T>(@Nullable T value, byte[] error) {

  /** Leaves the body of an answer of status 2xx to a handler, and keeps that of any other. */
  static <T> BodyHandler<Answer<T>> handler(BodyHandler<T> onSuccess) {
    return info ->
        info.statusCode() / 100 == 2
            ? BodySubscribers.mapping(
                onSuccess.apply(info), value -> new Answer<>(value, new byte[0]))
            : BodySubscribers.mapping(
                BodySubscribers.ofByteArray(), bytes -> new Answer<T>(null, bytes));
  }
}
