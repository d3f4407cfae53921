package dev.verhulst.client.streaming;

import dev.verhulst.client.inference.InferenceResponse;

/** The request of one chunk, under way. */
public interface PendingChunk {

  /** Waits for the answer; fails with what went wrong, in the thread that waits. */
  InferenceResponse await();

  /** Gives the request up. */
  void cancel();
}
