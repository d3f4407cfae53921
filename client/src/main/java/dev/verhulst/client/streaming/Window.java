package dev.verhulst.client.streaming;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Keeps a bounded number of requests under way, and hands their answers over in order. The next
 * request is asked for when there is room, and room comes when an answer has been taken: a slow
 * taker slows the source.
 */
final class Window {

  private final Function<InferenceRequest, PendingChunk> sender;
  private final int limit;

  Window(Function<InferenceRequest, PendingChunk> sender, int limit) {
    this.sender = sender;
    this.limit = limit;
  }

  /**
   * Sends all requests. The first failure, of a request, of the source or of the taker, gives up
   * what is under way and is thrown; nothing is handed over after it.
   */
  void run(Iterator<InferenceRequest> requests, Consumer<InferenceResponse> taker) {
    Deque<PendingChunk> underWay = new ArrayDeque<>();
    try {
      while (requests.hasNext()) {
        if (underWay.size() == limit) {
          taker.accept(underWay.remove().await());
        }
        underWay.add(sender.apply(requests.next()));
      }
      while (!underWay.isEmpty()) {
        taker.accept(underWay.remove().await());
      }
    } finally {
      underWay.forEach(PendingChunk::cancel);
    }
  }
}
