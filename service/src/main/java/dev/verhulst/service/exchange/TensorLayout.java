package dev.verhulst.service.exchange;

import dev.verhulst.service.model.InferencePlan;
import dev.verhulst.service.model.PlannedOutput;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the tensors of a request lie in its memory: room for the answer's JSON, the outputs, and
 * the inputs, each at an aligned place. The input that may be overwritten lies where the output
 * will.
 */
final class TensorLayout {

  private final InferencePlan plan;
  private final long[] inputOffsets;
  private final long[] outputOffsets;
  private final long byteSize;

  /**
   * @param headLength how many bytes the answer has in front of its first output
   */
  TensorLayout(InferencePlan plan, int headLength) {
    this.plan = plan;
    this.inputOffsets = new long[plan.inputByteSizes().size()];
    this.outputOffsets = new long[plan.outputs().size()];
    long offset = RequestMemory.aligned(headLength);
    for (int i = 0; i < outputOffsets.length; i++) {
      outputOffsets[i] = offset;
      offset = Math.addExact(offset, RequestMemory.aligned(plan.outputs().get(i).byteSize()));
    }
    for (int i = 0; i < inputOffsets.length; i++) {
      if (i == plan.overwrittenInput()) {
        inputOffsets[i] = outputOffsets[0];
      } else {
        inputOffsets[i] = offset;
        offset = Math.addExact(offset, RequestMemory.aligned(plan.inputByteSizes().get(i)));
      }
    }
    this.byteSize = offset;
  }

  /** How much memory the layout takes, in bytes. */
  long byteSize() {
    return byteSize;
  }

  /** The inputs' places, in the request's order. */
  List<MemorySegment> inputs(MemorySegment memory) {
    List<MemorySegment> inputs = new ArrayList<>(inputOffsets.length);
    for (int i = 0; i < inputOffsets.length; i++) {
      inputs.add(memory.asSlice(inputOffsets[i], plan.inputByteSizes().get(i)));
    }
    return inputs;
  }

  /** The outputs' places, in the order of the answer. */
  List<MemorySegment> outputs(MemorySegment memory) {
    List<MemorySegment> outputs = new ArrayList<>(outputOffsets.length);
    for (int i = 0; i < outputOffsets.length; i++) {
      outputs.add(memory.asSlice(outputOffsets[i], plan.outputs().get(i).byteSize()));
    }
    return outputs;
  }

  /** The memory from its start to the end of the first output. */
  MemorySegment room(MemorySegment memory) {
    PlannedOutput first = plan.outputs().getFirst();
    return memory.asSlice(0, outputOffsets[0] + first.byteSize());
  }
}
