package dev.verhulst.client.codec;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.jobs.JobListener;
import dev.verhulst.client.jobs.JobStatus;
import dev.verhulst.client.protocol.ProtocolHeaders;
import dev.verhulst.client.transport.Interest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;

/** What to do with the body of an answer, by what the answer's headers say. */
public final class AnswerHandlers {

  private AnswerHandlers() {}

  /**
   * Decodes an inference answer, whatever encoding it comes in.
   *
   * @param interest whether the answer is still wanted
   */
  public static BodyHandler<Answer<InferenceResponse>> inference(
      InferenceRequest request, Interest interest) {
    return Answer.handler(
        info -> inference(info.headers(), new Destinations(request), interest), interest);
  }

  /** Decodes a JSON document. */
  public static <T> BodyHandler<Answer<T>> json(Decoder<T> decoder) {
    return Answer.handler(info -> json(decoder, BodySubscribers.ofByteArray()), new Interest());
  }

  /** Takes any body of an answer as good. */
  public static BodyHandler<Answer<Boolean>> success() {
    return Answer.handler(info -> BodySubscribers.replacing(true), new Interest());
  }

  /**
   * Follows the events of a job, to the last of them.
   *
   * @param listener told of each
   */
  public static BodyHandler<Answer<JobStatus>> events(JobListener listener) {
    return Answer.handler(
        info -> {
          JobEventReader reader = new JobEventReader(listener);
          return BodySubscribers.fromLineSubscriber(
              reader, JobEventReader::end, StandardCharsets.UTF_8, null);
        },
        new Interest());
  }

  /** Makes a value of a whole body. */
  public interface Decoder<T> {
    T decode(byte[] body) throws IOException;
  }

  private static BodySubscriber<InferenceResponse> inference(
      HttpHeaders headers, Destinations destinations, Interest interest) {
    Optional<String> length = headers.firstValue(ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH);
    if (length.isEmpty()) {
      return json(body -> assemble(body, destinations, interest), BodySubscribers.ofByteArray());
    }
    // That of a compressed body says nothing about what it unfolds to.
    OptionalLong bodyLength =
        headers.firstValue(Answer.CONTENT_ENCODING).isPresent()
            ? OptionalLong.empty()
            : headers.firstValueAsLong("Content-Length");
    try {
      return new BinaryAnswerSubscriber(
          headerLength(length.get(), bodyLength), bodyLength, destinations, interest);
    } catch (ProtocolException e) {
      return new FailingSubscriber<>(e);
    }
  }

  private static InferenceResponse assemble(
      byte[] body, Destinations destinations, Interest interest) throws ProtocolException {
    AnswerAssembler assembler = new AnswerAssembler(AnswerHeaderReader.read(body), destinations);
    if (assembler.binarySize() > 0) {
      throw new ProtocolException(
          "the answer speaks of binary tensors, but has no "
              + ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH
              + " header");
    }
    synchronized (interest) {
      if (interest.isLost()) {
        throw new CancellationException("nobody waits for the answer any more");
      }
      assembler.open(true);
    }
    return assembler.finish();
  }

  private static int headerLength(String value, OptionalLong bodyLength) throws ProtocolException {
    long limit = Math.min(Integer.MAX_VALUE - 8, bodyLength.orElse(Long.MAX_VALUE));
    try {
      long length = Long.parseLong(value.strip());
      if (length >= 0 && length <= limit) {
        return (int) length;
      }
    } catch (NumberFormatException e) {
      // Reported below, with the value.
    }
    throw new ProtocolException(
        "the answer's "
            + ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH
            + " is '"
            + value
            + "', expected an integer from 0 to "
            + limit);
  }

  private static <T> BodySubscriber<T> json(Decoder<T> decoder, BodySubscriber<byte[]> subscriber) {
    return BodySubscribers.mapping(
        subscriber,
        body -> {
          try {
            return decoder.decode(body);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
