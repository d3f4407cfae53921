package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which calls read and write their tensors over the bus, and which are staged. */
final class TransferChoice {

  /**
   * From which size of a call's input on copies are taken to be faster, until {@link
   * CudaDevice#calibrate} has measured it: what they cost beside the bus's time, some tens of
   * microseconds, no longer counts.
   */
  static final long UNMEASURED = 4L << 20;

  /**
   * Tensors that are smaller than this on the average are mapped however many they are: two copies
   * of each would cost more than their time on the bus.
   */
  static final long SMALL_TENSOR_BYTES = 32 << 10;

  private final Transfer transfer;
  private final PageLockedMemory memory;
  private volatile long stagedFromBytes = UNMEASURED;

  /**
   * @param sharesHostAddresses whether page-locked memory has the same address on the device
   * @param memory the host memory that can be page-locked
   */
  TransferChoice(Transfer transfer, boolean sharesHostAddresses, PageLockedMemory memory) {
    this.transfer = sharesHostAddresses ? transfer : Transfer.STAGED;
    this.memory = memory;
  }

  /** Whether there is anything to choose, and so to measure. */
  boolean isOpen() {
    return transfer == Transfer.AUTO;
  }

  /** Sets from how many bytes of input on, in one tensor, staging was measured to be faster. */
  void measured(long stagedFromBytes) {
    this.stagedFromBytes = stagedFromBytes;
  }

  /** Whether an element-wise activation of these tensors is to be mapped. */
  boolean isMapped(List<ActivationTask> tasks, DataType dataType) {
    return switch (transfer) {
      case STAGED -> false;
      case MAPPED -> arePageLocked(tasks, dataType);
      case AUTO -> isMappedFaster(tasks, dataType) && arePageLocked(tasks, dataType);
    };
  }

  private boolean isMappedFaster(List<ActivationTask> tasks, DataType dataType) {
    long elements = 0;
    for (ActivationTask task : tasks) {
      elements += task.elements();
    }
    long byteSize = elements * dataType.byteSize();
    return byteSize < stagedFromBytes || byteSize < SMALL_TENSOR_BYTES * tasks.size();
  }

  private boolean arePageLocked(List<ActivationTask> tasks, DataType dataType) {
    if (!memory.isPageLocked()) {
      return false;
    }
    for (ActivationTask task : tasks) {
      boolean all =
          isShared(task.x(), dataType)
              && isShared(task.gradY(), dataType)
              && isShared(task.y(), dataType)
              && isShared(task.dyDx(), dataType)
              && isShared(task.gradX(), dataType);
      if (!all && task.elements() > 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a tensor is absent, or in memory that can be page-locked and where kernels can read.
   */
  private static boolean isShared(@Nullable MemorySegment tensor, DataType dataType) {
    return tensor == null
        || (PageLockedBuffer.holds(tensor) && tensor.address() % dataType.byteSize() == 0);
  }
}
