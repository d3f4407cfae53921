package dev.verhulst.service.jobs;

import dev.verhulst.kernels.DataType;
import dev.verhulst.service.inference.InferenceException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A job whose request is in order, as far as that can be told before its tensors are read. */
public interface PlannedJob {

  JobKind kind();

  /** The model that it will make a version of. */
  String model();

  /** The type of all tensors of its request. */
  DataType dataType();

  /** The size in bytes of each tensor, in the request's order; empty where it has none. */
  List<Long> inputByteSizes();

  /**
   * What there is to do.
   *
   * @param inputs the tensors' elements, in the request's order; they stay where they are until the
   *     work has ended
   * @throws InferenceException of kind INVALID_ARGUMENT where a number is not as it should be; the
   *     message names the row
   */
  JobWork work(List<MemorySegment> inputs);
}
