package dev.verhulst.service.jobs;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;

/**
 * A job whose request has its examples in tensors.
 *
 * @param worker gives what there is to do, of the tensors' elements; throws
 *     IllegalArgumentException where a number is not as it should be
 */
record FromTensors(
    JobKind kind, String model, JobTensors tensors, Function<List<MemorySegment>, JobWork> worker)
    implements PlannedJob {

  @Override
  public DataType dataType() {
    return tensors.dataType();
  }

  @Override
  public List<Long> inputByteSizes() {
    return tensors.byteSizes();
  }

  @Override
  public JobWork work(List<MemorySegment> inputs) {
    try {
      return worker.apply(inputs);
    } catch (IllegalArgumentException e) {
      throw invalidArgument(String.valueOf(e.getMessage()));
    }
  }
}
