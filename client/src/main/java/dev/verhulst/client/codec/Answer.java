package dev.verhulst.client.codec;

import java.net.ProtocolException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer: a value where the status is 2xx, and else the bytes of an error.
 *
 * @param value the decoded body; null where the answer is an error
 * @param error the body of an error; empty where the answer is none
 */
public record Answer<T>(@Nullable T value, byte[] error) {

  /** Says what a body is compressed with. */
  static final String CONTENT_ENCODING = "Content-Encoding";

  /**
   * Leaves the body of an answer of status 2xx to a handler, and keeps that of any other; either is
   * decompressed where it needs to be.
   */
  static <T> BodyHandler<Answer<T>> handler(BodyHandler<T> onSuccess) {
    return info -> {
      BodySubscriber<Answer<T>> plain =
          info.statusCode() / 100 == 2
              ? BodySubscribers.mapping(
                  onSuccess.apply(info), value -> new Answer<>(value, new byte[0]))
              : BodySubscribers.mapping(
                  BodySubscribers.ofByteArray(), bytes -> new Answer<T>(null, bytes));
      String coding = info.headers().firstValue(CONTENT_ENCODING).orElse("");
      try {
        return ContentCoding.ofAnswer(coding)
            .<BodySubscriber<Answer<T>>>map(known -> new DecompressingSubscriber<>(known, plain))
            .orElse(plain);
      } catch (ProtocolException e) {
        return new FailingSubscriber<>(e);
      }
    };
  }
}
