package dev.verhulst.kernels.cuda;

import com.sun.management.ThreadMXBean;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.TaskValidation;
import dev.verhulst.kernels.activation.Sigmoid;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints what a batch of 1,000 requests of 1 KiB costs the calling thread, on the fake driver with
 * kernels that compute nothing: CPU time, without waiting for the device, and bytes allocated. The
 * time that a real driver takes for its calls is not in it. Run it as a main class of the tests, in
 * the module's directory.
 */
final class BatchHostTime {

  private static final int REQUESTS = 1_000;
  private static final int BYTES = 1 << 10;
  private static final int ROUNDS = 9;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private BatchHostTime() {}

  public static void main(String[] arguments) {
    FakeDriver.fresh().set("idle", 1);
    for (Transfer transfer : List.of(Transfer.MAPPED, Transfer.STAGED)) {
      try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT.withTransfer(transfer));
          HostBuffer x = device.allocate(REQUESTS * BYTES);
          HostBuffer y = device.allocate(REQUESTS * BYTES)) {
        x.segment().fill((byte) 0x3c);
        List<ActivationTask> tasks = tasks(x.segment(), y.segment());
        int batches = transfer == Transfer.MAPPED ? 2_000 : 200;
        measure(
            transfer + ": a call", batches, () -> device.run(new Sigmoid(), DataType.FP32, tasks));
        measure(
            transfer + ": of it, the validation of its tasks",
            batches,
            () -> TaskValidation.validateActivations(new Sigmoid(), DataType.FP32, tasks));
      }
    }
  }

  private static List<ActivationTask> tasks(MemorySegment x, MemorySegment y) {
    long elements = BYTES / DataType.FP32.byteSize();
    List<ActivationTask> tasks = new ArrayList<>();
    for (long start = 0; start < x.byteSize(); start += BYTES) {
      tasks.add(OpenDevice.forward(elements, x.asSlice(start, BYTES), y.asSlice(start, BYTES)));
    }
    return tasks;
  }

  private static void measure(String what, int batches, Runnable batch) {
    long best = Long.MAX_VALUE;
    long bytes = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long cpu = THREADS.getCurrentThreadCpuTime();
      long allocated = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < batches; i++) {
        batch.run();
      }
      best = Math.min(best, THREADS.getCurrentThreadCpuTime() - cpu);
      bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    }
    System.out.printf(
        "%s: %.1f µs of CPU time, %d bytes allocated%n",
        what, best / 1e3 / batches, bytes / batches);
  }
}
