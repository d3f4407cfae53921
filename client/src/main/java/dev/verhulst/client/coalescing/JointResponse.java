package dev.verhulst.client.coalescing;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Placement;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Cuts the answer to a joint request into the answers to its calls. */
final class JointResponse {

  private final InferenceResponse joint;
  private final Map<String, ByteBuffer> unread = new LinkedHashMap<>();

  private JointResponse(InferenceResponse joint) {
    this.joint = joint;
    joint.outputs().forEach((name, tensor) -> unread.put(name, tensor.bytes()));
  }

  /**
   * A reader of the answer, whose {@link #next} is to be called once per call, in their order.
   *
   * @return empty where an output has not as many rows as the request
   */
  static Optional<JointResponse> of(InferenceResponse joint, List<Member> members) {
    long rows = members.stream().mapToLong(Member::rows).sum();
    boolean rowWise =
        joint.outputs().values().stream()
            .allMatch(tensor -> tensor.shape().length > 0 && tensor.shape()[0] == rows);
    return rowWise ? Optional.of(new JointResponse(joint)) : Optional.empty();
  }

  /** The bytes of the next call's outputs, which have so many rows. */
  Part next(long rows) {
    Map<String, ByteBuffer> outputs = new LinkedHashMap<>();
    unread.forEach((name, bytes) -> outputs.put(name, cut(bytes, joint.output(name), rows)));
    return new Part(rows, outputs);
  }

  /** What is one call's. */
  final class Part {

    private final long rows;
    private final Map<String, ByteBuffer> outputs;

    private Part(long rows, Map<String, ByteBuffer> outputs) {
      this.rows = rows;
      this.outputs = outputs;
    }

    /**
     * The answer to the call.
     *
     * @throws IllegalArgumentException where the call gave a buffer that is too small
     */
    InferenceResponse toResponse(InferenceRequest request) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      outputs.forEach(
          (name, bytes) -> {
            Tensor whole = joint.output(name);
            long[] shape = whole.shape();
            shape[0] = rows;
            ByteBuffer placed =
                Placement.place(request, name, bytes).order(ByteOrder.LITTLE_ENDIAN);
            tensors.put(name, Tensor.wrap(whole.datatype(), placed, shape));
          });
      return new InferenceResponse(
          joint.modelName(),
          joint.modelVersion(),
          request.id().orElse(null),
          joint.parameters(),
          tensors);
    }
  }

  private static ByteBuffer cut(ByteBuffer unread, Tensor tensor, long rows) {
    long elements = tensor.elements() / tensor.shape()[0] * rows;
    int length =
        tensor.datatype() == Datatype.BYTES
            ? lengthOfByteArrays(unread.duplicate().order(ByteOrder.LITTLE_ENDIAN), elements)
            : Math.toIntExact(elements * tensor.datatype().byteSize());
    ByteBuffer part = unread.slice(unread.position(), length);
    unread.position(unread.position() + length);
    return part;
  }

  private static int lengthOfByteArrays(ByteBuffer bytes, long elements) {
    int start = bytes.position();
    for (long i = 0; i < elements; i++) {
      int length = bytes.getInt();
      bytes.position(bytes.position() + length);
    }
    return bytes.position() - start;
  }
}
