package dev.verhulst.service.exchange;

import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InferencePlan;
import dev.verhulst.service.model.InferenceRequest;
import dev.verhulst.service.tracing.CallHeaders;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One inference request and its answer as the codec of a protocol sees them. {@link Inference}
 * calls its methods in the order in which they stand here, on one thread.
 */
public interface Exchange extends CallHeaders {

  /**
   * Reads what the request asks for; its tensors' elements come later.
   *
   * @throws InferenceException where it cannot be understood
   */
  InferenceRequest decode(RequestMemory memory) throws IOException, InterruptedException;

  /**
   * Compares what the request says of its tensors' sizes with what it holds, so that nothing is
   * allocated for a request that cannot be right.
   *
   * @return how many bytes the answer needs in front of its first output
   * @throws InferenceException of kind INVALID_ARGUMENT where they do not fit
   */
  int prepare(InferencePlan plan) throws IOException;

  /** Reads the elements of the inputs, in the request's order, to where they are computed on. */
  void read(List<MemorySegment> inputs) throws IOException;

  /**
   * Begins to watch the caller while the request waits for the device: where it leaves, the calling
   * thread is interrupted.
   */
  void watchCaller();

  /** Ends the watch; the thread is not left interrupted by it. */
  void unwatchCaller();

  /** What an interrupt of the request's thread stands for: its caller left, or the server stops. */
  InferenceException interrupted();

  /**
   * Sends the answer.
   *
   * @param outputs the elements of the outputs, in the plan's order; what is answered for those
   *     that are classified is the codec's to make of them, by {@link Classification}
   * @param room memory that ends with the first output, with as many bytes in front of it as {@link
   *     #prepare} asked for
   */
  void write(List<MemorySegment> outputs, MemorySegment room)
      throws IOException, InterruptedException;
}
