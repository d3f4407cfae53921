package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.DeviceReadings;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A GPU that counts its calls, computes nothing, and is lost when a test says so. */
final class FakeGpu implements RecoverableDevice {

  private final String name;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger heads = new AtomicInteger();
  private volatile Runnable work = () -> {};
  private volatile boolean failing;
  private volatile boolean full;
  private volatile boolean lost;
  private volatile boolean stuck;
  private volatile boolean closed;
  private volatile @Nullable LongSupplier calibratedBy;

  FakeGpu(String name) {
    this.name = name;
  }

  /** Every call from now on does this. */
  void work(Runnable work) {
    this.work = work;
  }

  /** The next call is lost, and the GPU with it. */
  void lose() {
    failing = true;
  }

  /** From now on no head can be prepared. */
  void hasNoRoomForHeads() {
    full = true;
  }

  /** The GPU is lost though nobody calls it: while memory is given back. */
  void loseInSilence() {
    lost = true;
  }

  /** From now on, whether the driver keeps the lost context. */
  void stuck(boolean stuck) {
    this.stuck = stuck;
  }

  int calls() {
    return calls.get();
  }

  /** How many heads are open. */
  int heads() {
    return heads.get();
  }

  /** The clock that it was last calibrated by; null where it was not. */
  @Nullable LongSupplier calibratedBy() {
    return calibratedBy;
  }

  boolean isClosed() {
    return closed;
  }

  private void call() {
    calls.incrementAndGet();
    work.run();
    if (failing) {
      lost = true;
      throw new DeviceException(name + " failed");
    }
  }

  @Override
  public void run(Activation activation, DataType dataType, List<ActivationTask> tasks) {
    call();
  }

  @Override
  public void run(BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks) {
    call();
  }

  @Override
  public Head head(HeadParameters parameters, DataType dataType) {
    if (full) {
      throw new DeviceException(name + " has no room for the weights");
    }
    heads.incrementAndGet();
    return new Head() {
      @Override
      public void run(List<HeadTask> tasks) {
        call();
      }

      @Override
      public void close() {
        heads.decrementAndGet();
      }
    };
  }

  @Override
  public void calibrate(LongSupplier nanoTime) {
    calibratedBy = nanoTime;
    call();
  }

  @Override
  public DeviceKind kind() {
    return DeviceKind.CUDA;
  }

  @Override
  public String description() {
    return name;
  }

  @Override
  public boolean isUsable() {
    return !lost;
  }

  @Override
  public String failure() {
    return "too warm";
  }

  @Override
  public @Nullable DeviceReadings readings() {
    return null;
  }

  @Override
  public void join() {}

  @Override
  public boolean discard() {
    close();
    return !stuck;
  }

  @Override
  public HostBuffer allocate(long byteSize) {
    throw new AssertionError("the pool has memory of its own");
  }

  @Override
  public void close() {
    closed = true;
  }
}
