package dev.verhulst.client.coalescing;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.RequestedOutput;
import dev.verhulst.client.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Puts calls together: their inputs, one below the other. */
final class JointRequest {

  private JointRequest() {}

  static InferenceRequest of(JointKey key, List<Member> members) {
    InferenceRequest.Builder joint =
        InferenceRequest.builder(key.model()).parameters(key.parameters());
    key.version().ifPresent(joint::version);
    for (JointKey.Input input : key.inputs()) {
      joint.input(input.name(), stack(input, members));
    }
    for (JointKey.Output output : key.outputs()) {
      joint.output(new RequestedOutput(output.name(), output.parameters(), null));
    }
    return joint.build();
  }

  private static Tensor stack(JointKey.Input input, List<Member> members) {
    List<ByteBuffer> parts =
        members.stream()
            .map(member -> member.request().inputs().get(input.name()))
            .map(Tensor::bytes)
            .toList();
    int size = parts.stream().mapToInt(ByteBuffer::remaining).sum();
    ByteBuffer stacked = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    parts.forEach(stacked::put);
    long[] shape = new long[1 + input.rowShape().size()];
    shape[0] = members.stream().mapToLong(Member::rows).sum();
    for (int i = 1; i < shape.length; i++) {
      shape[i] = input.rowShape().get(i - 1);
    }
    return Tensor.wrap(input.datatype(), stacked.flip(), shape);
  }
}
