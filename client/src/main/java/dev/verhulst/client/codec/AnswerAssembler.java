package dev.verhulst.client.codec;

import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Puts an inference answer together: its header first, then the bytes that follow, as they come.
 */
final class AnswerAssembler {

  private final AnswerHeader header;
  private final Destinations destinations;
  private final Map<String, OutputBytes> contents = new LinkedHashMap<>();
  private final Deque<OutputBytes> unfilled = new ArrayDeque<>();
  private final long binarySize;

  AnswerAssembler(AnswerHeader header, Destinations destinations) {
    this.header = header;
    this.destinations = destinations;
    this.binarySize = header.outputs().stream().mapToLong(AnswerHeader.Output::binarySize).sum();
  }

  /** How many bytes follow the header, by its own account. */
  long binarySize() {
    return binarySize;
  }

  /**
   * Opens the buffers.
   *
   * @param sizesHold whether what follows is known to fit the header; where it is not, the header
   *     may claim anything, and buffers grow with what comes
   */
  void open(boolean sizesHold) throws ProtocolException {
    for (AnswerHeader.Output output : header.outputs()) {
      int size = (int) output.binarySize();
      OutputBytes content =
          output.data() != null
              ? OutputBytes.of(destinations.place(output.name(), output.data()))
              : new OutputBytes(
                  sizesHold
                      ? destinations.open(output.name(), size)
                      : destinations.begin(output.name(), size),
                  size);
      if (contents.put(output.name(), content) != null) {
        throw new ProtocolException("output '" + output.name() + "' is there twice");
      }
      if (output.data() == null) {
        unfilled.add(content);
      }
    }
  }

  /** Takes the next bytes of the body. */
  void accept(ByteBuffer chunk) throws ProtocolException {
    while (chunk.hasRemaining()) {
      OutputBytes target = unfilled.peek();
      if (target == null) {
        throw new ProtocolException(
            "the answer is longer than the " + binarySize + " bytes that its outputs have");
      }
      target.accept(chunk);
      dropFilled();
    }
  }

  /** The answer, once every byte is there. */
  InferenceResponse finish() throws ProtocolException {
    dropFilled();
    long missing = unfilled.stream().mapToLong(OutputBytes::missing).sum();
    if (missing > 0) {
      throw new ProtocolException(
          "the answer ends " + missing + " bytes before the " + binarySize + " of its outputs");
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (AnswerHeader.Output output : header.outputs()) {
      OutputBytes content = contents.get(output.name());
      if (content != null) {
        outputs.put(output.name(), tensor(output, content.toBuffer()));
      }
    }
    for (String name : destinations.names()) {
      if (!outputs.containsKey(name)) {
        throw new ProtocolException(
            "the answer lacks output '" + name + "' and has " + outputs.keySet());
      }
    }
    return new InferenceResponse(
        header.modelName(), header.modelVersion(), header.id(), header.parameters(), outputs);
  }

  private static Tensor tensor(AnswerHeader.Output output, ByteBuffer content)
      throws ProtocolException {
    try {
      return Tensor.wrap(output.datatype(), content.order(ByteOrder.LITTLE_ENDIAN), output.shape());
    } catch (IllegalArgumentException e) {
      throw (ProtocolException)
          new ProtocolException("output '" + output.name() + "': " + e.getMessage()).initCause(e);
    }
  }

  private void dropFilled() {
    for (OutputBytes first = unfilled.peek();
        first != null && first.missing() == 0;
        first = unfilled.peek()) {
      unfilled.remove();
    }
  }
}
