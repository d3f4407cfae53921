package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HeadParameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A head's numbers in device memory, in one allocation.
 *
 * @param dataType the type that they have there: FP32 or FP64
 * @param labels how many labels there are
 * @param features how many features a row has
 * @param weights W, [labels, features], the first byte of the allocation
 * @param bias one for each label
 * @param slopes one for each label
 * @param shifts one for each label
 */
record HeadWeights(
    DataType dataType,
    int labels,
    int features,
    DeviceAddress weights,
    DeviceAddress bias,
    DeviceAddress slopes,
    DeviceAddress shifts) {

  /** How many numbers are converted and copied at a time. */
  private static final int PIECE = 1 << 20;

  /**
   * Copies a head to the device; who asks frees it.
   *
   * @throws dev.verhulst.kernels.DeviceException where the device has no memory for it
   */
  static HeadWeights upload(Pipeline pipeline, HeadParameters parameters, DataType dataType) {
    long matrix = bytes(parameters.weights().length, dataType);
    long vector = bytes(parameters.labels(), dataType);
    DeviceAddress base = pipeline.context().call(() -> CudaDriver.allocate(matrix + 3 * vector));
    HeadWeights uploaded =
        new HeadWeights(
            dataType,
            parameters.labels(),
            parameters.features(),
            base,
            base.plus(matrix),
            base.plus(matrix + vector),
            base.plus(matrix + 2 * vector));
    try (Arena arena = Arena.ofShared()) {
      long piece = Math.min(PIECE, Math.max(parameters.weights().length, parameters.labels()));
      MemorySegment buffer = arena.allocate(piece * dataType.byteSize(), dataType.byteSize());
      pipeline.run(
          1,
          streams -> {
            StagedStream stream = streams.next();
            upload(parameters.weights(), uploaded.weights(), dataType, buffer, stream);
            upload(parameters.bias(), uploaded.bias(), dataType, buffer, stream);
            upload(parameters.slopes(), uploaded.slopes(), dataType, buffer, stream);
            upload(parameters.shifts(), uploaded.shifts(), dataType, buffer, stream);
          });
      return uploaded;
    } catch (RuntimeException | Error e) {
      Resources resources = new Resources();
      resources.onClose(() -> uploaded.free(pipeline.context()));
      resources.closeAfter(e);
      throw e;
    }
  }

  private static long bytes(long numbers, DataType dataType) {
    return GatherPlan.roundUp(numbers * dataType.byteSize(), CudaOptions.ALIGNMENT);
  }

  /** Copies numbers by way of a buffer, which is free again when this returns. */
  private static void upload(
      double[] numbers,
      DeviceAddress to,
      DataType dataType,
      MemorySegment buffer,
      StagedStream stream) {
    int size = dataType.byteSize();
    int capacity = (int) (buffer.byteSize() / size);
    int start = 0;
    while (start < numbers.length) {
      int count = Math.min(capacity, numbers.length - start);
      for (int i = 0; i < count; i++) {
        if (dataType == DataType.FP64) {
          buffer.setAtIndex(JAVA_DOUBLE, i, numbers[start + i]);
        } else {
          buffer.setAtIndex(JAVA_FLOAT, i, (float) numbers[start + i]);
        }
      }
      stream.upload(to.plus((long) start * size), buffer, 0, (long) count * size);
      stream.synchronize();
      start += count;
    }
  }

  /** Frees the memory; in a lost context, which has lost it too, this does nothing. */
  void free(CudaContext context) {
    context.release(() -> CudaDriver.free(weights));
  }
}
