package dev.verhulst.client.codec;

import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.transport.Interest;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer with binary tensors: the chunks of the socket go straight into the outputs'
 * buffers.
 */
final class BinaryAnswerSubscriber implements BodySubscriber<InferenceResponse> {

  private final CompletableFuture<InferenceResponse> result = new CompletableFuture<>();
  private final int headerLength;
  private final GrowingBytes header = new GrowingBytes();
  private final OptionalLong bodyLength;
  private final Destinations destinations;
  private final Interest interest;
  private @Nullable AnswerAssembler assembler;
  private Flow.@Nullable Subscription subscription;

  /**
   * @param headerLength how long the JSON is
   * @param bodyLength how long the whole body is; empty where the server does not say
   * @param interest whether the answer is still wanted
   */
  BinaryAnswerSubscriber(
      int headerLength, OptionalLong bodyLength, Destinations destinations, Interest interest) {
    this.headerLength = headerLength;
    this.bodyLength = bodyLength;
    this.destinations = destinations;
    this.interest = interest;
  }

  @Override
  public CompletionStage<InferenceResponse> getBody() {
    return result;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> chunks) {
    if (result.isDone()) {
      return;
    }
    try {
      synchronized (interest) {
        if (!interest.isLost()) {
          for (ByteBuffer chunk : chunks) {
            accept(chunk);
          }
        }
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      result.completeExceptionally(e);
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    result.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    try {
      if (assembler == null) {
        throw new ProtocolException(
            "the answer ends after "
                + header.size()
                + " of the "
                + headerLength
                + " bytes that its header should have");
      }
      result.complete(assembler.finish());
    } catch (IOException | RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private void accept(ByteBuffer chunk) throws ProtocolException {
    if (assembler == null) {
      int count = Math.min(chunk.remaining(), headerLength - header.size());
      header.withRoomFor(count).put(chunk.slice(chunk.position(), count));
      chunk.position(chunk.position() + count);
      if (header.size() < headerLength) {
        return;
      }
      assembler = openAssembler();
    }
    assembler.accept(chunk);
  }

  private AnswerAssembler openAssembler() throws ProtocolException {
    byte[] json = new byte[headerLength];
    header.toBuffer().get(json);
    AnswerAssembler opened = new AnswerAssembler(AnswerHeaderReader.read(json), destinations);
    long announced = headerLength + opened.binarySize();
    // Checked before a buffer is opened, so that a wrong size cannot exhaust the memory.
    if (bodyLength.isPresent() && bodyLength.getAsLong() != announced) {
      throw new ProtocolException(
          "the answer has "
              + bodyLength.getAsLong()
              + " bytes, but its header speaks of "
              + announced);
    }
    opened.open(bodyLength.isPresent());
    return opened;
  }
}
