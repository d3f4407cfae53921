package dev.verhulst.kernels.cuda;

import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** Times what a stream does, by the device's own clock. Wants the context to be current. */
final class EventTimer implements AutoCloseable {

  private final CUstream stream;
  private final CUevent start = new CUevent();
  private final CUevent end = new CUevent();
  private final Resources resources = new Resources();

  EventTimer(CUstream stream) {
    this.stream = stream;
    for (CUevent event : List.of(start, end)) {
      check(
          "cuEventCreate", JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_BLOCKING_SYNC));
      resources.onClose(() -> check("cuEventDestroy", JCudaDriver.cuEventDestroy(event)));
    }
  }

  /**
   * How long an operation takes, in microseconds, so many times measured. The operations of one
   * measurement follow each other without a gap, so that giving them to the stream costs nothing.
   *
   * @param together how many operations make a measurement
   */
  List<Double> microseconds(int measurements, int together, Runnable operation) {
    List<Double> times = new ArrayList<>();
    for (int i = -1; i < measurements; i++) {
      check("cuEventRecord", JCudaDriver.cuEventRecord(start, stream));
      for (int j = 0; j < together; j++) {
        operation.run();
      }
      check("cuEventRecord", JCudaDriver.cuEventRecord(end, stream));
      CudaDriver.synchronize(stream);
      float[] milliseconds = new float[1];
      check("cuEventElapsedTime", JCudaDriver.cuEventElapsedTime(milliseconds, start, end));
      // The first compiles the kernel and wakes the memory up.
      if (i >= 0) {
        times.add(milliseconds[0] * 1e3 / together);
      }
    }
    return times;
  }

  private static void check(String call, int result) {
    if (result != 0) {
      throw new CudaException(call, result);
    }
  }

  @Override
  public void close() {
    resources.close();
  }
}
