package dev.verhulst.service.exchange;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InferencePlan;
import dev.verhulst.service.model.InferenceRequest;
import dev.verhulst.service.model.InputTensor;
import dev.verhulst.service.model.PlannedOutput;
import dev.verhulst.service.model.SharedMemoryRange;
import dev.verhulst.service.sharedmemory.SharedMemoryRegions;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a request that lie in shared memory. They are copied to and from tensor memory
 * once, as those of a message are: a caller that changes them meanwhile, or takes their memory
 * away, harms nobody but itself. The regions stay mapped as long as this object is held.
 */
final class SharedTensors {

  private final List<@Nullable MemorySegment> inputs = new ArrayList<>();
  private final List<@Nullable MemorySegment> outputs = new ArrayList<>();

  private SharedTensors() {}

  /**
   * Finds them; null where there are none.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where a tensor does not fit its place, or
   *     there is no such place; UNSUPPORTED where shared memory is off
   */
  static @Nullable SharedTensors of(
      InferenceRequest request, InferencePlan plan, SharedMemoryRegions regions) {
    if (!isShared(request, plan)) {
      return null;
    }
    SharedTensors tensors = new SharedTensors();
    for (int i = 0; i < request.inputs().size(); i++) {
      InputTensor input = request.inputs().get(i);
      long byteSize = plan.inputByteSizes().get(i);
      SharedMemoryRange range = input.shared();
      if (range != null && range.byteSize() != byteSize) {
        throw invalidArgument(
            "input byte size mismatch for input '%s' in shared memory region '%s'. Expected %d, got %d"
                .formatted(input.name(), range.region(), byteSize, range.byteSize()));
      }
      tensors.inputs.add(slice(range, byteSize, regions));
    }
    for (PlannedOutput output : plan.outputs()) {
      SharedMemoryRange range = output.shared();
      if (range != null && range.byteSize() < output.byteSize()) {
        throw invalidArgument(
            "output '%s' takes %d bytes, but its place in shared memory region '%s' has %d"
                .formatted(output.name(), output.byteSize(), range.region(), range.byteSize()));
      }
      tensors.outputs.add(slice(range, output.byteSize(), regions));
    }
    return tensors;
  }

  private static boolean isShared(InferenceRequest request, InferencePlan plan) {
    for (int i = 0; i < request.inputs().size(); i++) {
      if (request.inputs().get(i).shared() != null) {
        return true;
      }
    }
    for (int i = 0; i < plan.outputs().size(); i++) {
      if (plan.outputs().get(i).shared() != null) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable MemorySegment slice(
      @Nullable SharedMemoryRange range, long byteSize, SharedMemoryRegions regions) {
    return range == null ? null : regions.slice(range.region(), range.offset(), byteSize);
  }

  /** Reads those of the inputs that lie in shared memory to where they are computed on. */
  void read(List<MemorySegment> to) {
    for (int i = 0; i < to.size(); i++) {
      copy(inputs.get(i), to.get(i));
    }
  }

  /** Writes those of the outputs that are wanted in shared memory. */
  void write(List<MemorySegment> from) {
    for (int i = 0; i < from.size(); i++) {
      MemorySegment to = outputs.get(i);
      if (to != null) {
        copy(from.get(i), to);
      }
    }
  }

  private static void copy(@Nullable MemorySegment from, MemorySegment to) {
    if (from == null) {
      return;
    }
    try {
      to.copyFrom(from);
    } catch (InternalError e) {
      // What the JVM makes of a fault in mapped memory: its owner has made the object shorter.
      throw invalidArgument("the shared memory of the request went away: " + e.getMessage());
    }
  }
}
