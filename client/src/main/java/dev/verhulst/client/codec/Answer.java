package dev.verhulst.client.codec;

import dev.verhulst.client.transport.Interest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.util.Optional;
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

  /** How much of a compressed error is unfolded: far more than anybody writes. */
  private static final int LONGEST_ERROR = 1 << 20;

  /**
   * Leaves the body of an answer of status 2xx to a handler, and keeps that of any other; either is
   * decompressed where it needs to be. An error whose body cannot be is kept as it came: its status
   * says enough.
   *
   * @param interest whether the answer is still wanted
   */
  static <T> BodyHandler<Answer<T>> handler(BodyHandler<T> onSuccess, Interest interest) {
    return info -> {
      String coding = info.headers().firstValue(CONTENT_ENCODING).orElse("");
      if (info.statusCode() / 100 != 2) {
        return BodySubscribers.mapping(
            BodySubscribers.ofByteArray(), body -> new Answer<T>(null, plainError(coding, body)));
      }
      BodySubscriber<Answer<T>> plain =
          BodySubscribers.mapping(onSuccess.apply(info), value -> new Answer<>(value, new byte[0]));
      try {
        return ContentCoding.ofAnswer(coding)
            .<BodySubscriber<Answer<T>>>map(
                known -> new DecompressingSubscriber<>(known, plain, interest))
            .orElse(plain);
      } catch (ProtocolException e) {
        return new FailingSubscriber<>(e);
      }
    };
  }

  private static byte[] plainError(String coding, byte[] body) {
    try {
      Optional<ContentCoding> known = ContentCoding.ofAnswer(coding);
      if (known.isEmpty()) {
        return body;
      }
      try (InputStream in = known.get().decompress(new ByteArrayInputStream(body))) {
        return in.readNBytes(LONGEST_ERROR);
      }
    } catch (IOException e) {
      return body;
    }
  }
}
