package dev.verhulst.service.model;

import dev.verhulst.kernels.DataType;
import dev.verhulst.service.batching.Computation;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A request that its model has accepted: what it will compute, and how much memory that takes.
 * Nothing is allocated yet.
 */
public interface InferencePlan {

  /** The type of every input, and of every output that holds numbers. */
  DataType dataType();

  /** How many of the model's batch items the request holds: its first dimension, at least 1. */
  long batchSize();

  /** The size in bytes of each input of the request, in the request's order. */
  List<Long> inputByteSizes();

  /** What will be computed, in the order of the answer. */
  List<PlannedOutput> outputs();

  /**
   * The index, in the request, of the input over which the only output may be written; -1 where
   * every output needs memory of its own.
   */
  int overwrittenInput();

  /**
   * What a device is asked to do.
   *
   * @param inputs the elements of each input, in the request's order
   * @param outputs where to write each output, in the order of {@link #outputs()}
   */
  Computation computation(List<MemorySegment> inputs, List<MemorySegment> outputs);
}
