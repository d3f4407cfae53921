package dev.verhulst.service.jobs;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A job whose request has no tensors.
 *
 * @param work what there is to do
 */
record FromFile(JobKind kind, String model, JobWork work) implements PlannedJob {

  @Override
  public DataType dataType() {
    return DataType.FP32;
  }

  @Override
  public List<Long> inputByteSizes() {
    return List.of();
  }

  @Override
  public JobWork work(List<MemorySegment> inputs) {
    return work;
  }
}
