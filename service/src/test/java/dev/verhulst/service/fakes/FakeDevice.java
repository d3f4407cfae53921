package dev.verhulst.service.fakes;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A device that computes {@code y = x + 1} in FP32, and heads whose logits are their biases; it
 * records its launches, works only when told to, and fails when told to.
 */
public final class FakeDevice implements Device {

  /** A launch: what it was asked for, and the tasks that shared it. */
  public record Launch(Object function, DataType dataType, List<?> tasks) {}

  private final DeviceKind kind;
  private final FakeHostMemory memory = new FakeHostMemory();
  private final ConcurrentLinkedQueue<Launch> launches = new ConcurrentLinkedQueue<>();
  private final AtomicInteger running = new AtomicInteger();
  private volatile @Nullable Semaphore gate;
  private volatile Consumer<Launch> fault = launch -> {};
  private volatile boolean closed;
  private volatile boolean lost;
  private volatile boolean computesHeads = true;
  private final AtomicInteger openHeads = new AtomicInteger();

  public FakeDevice() {
    this(DeviceKind.CPU);
  }

  public FakeDevice(DeviceKind kind) {
    this.kind = kind;
  }

  /** From now on, every launch waits for a permit of the semaphore that is returned. */
  public Semaphore hold() {
    Semaphore held = new Semaphore(0);
    gate = held;
    return held;
  }

  /** Is called before a launch computes anything, and may throw. */
  public void fault(Consumer<Launch> fault) {
    this.fault = fault;
  }

  /** The launches so far, in the order in which they began. */
  public List<Launch> launches() {
    return List.copyOf(launches);
  }

  /** How many launches wait or compute right now. */
  public int running() {
    return running.get();
  }

  /** From now on, whether the device says that it is lost. */
  public void lost(boolean lost) {
    this.lost = lost;
  }

  /** From now on, whether the device prepares heads. */
  public void computesHeads(boolean computes) {
    computesHeads = computes;
  }

  /** How many of its heads are not closed. */
  public int openHeads() {
    return openHeads.get();
  }

  public FakeHostMemory memory() {
    return memory;
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public DeviceKind kind() {
    return kind;
  }

  @Override
  public String description() {
    return "a fake " + kind;
  }

  @Override
  public boolean isUsable() {
    return !lost;
  }

  @Override
  public HostBuffer allocate(long byteSize) {
    return memory.apply(byteSize);
  }

  @Override
  public void run(Activation activation, DataType dataType, List<ActivationTask> tasks) {
    launch(
        new Launch(activation, dataType, List.copyOf(tasks)),
        () -> {
          if (dataType == DataType.FP32) {
            tasks.forEach(FakeDevice::compute);
          }
        });
  }

  @Override
  public void run(BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks) {
    launch(new Launch(loss, dataType, List.copyOf(tasks)), () -> {});
  }

  @Override
  public @Nullable Head head(HeadParameters parameters, DataType dataType) {
    if (!computesHeads) {
      return null;
    }
    openHeads.incrementAndGet();
    return new Head() {

      @Override
      public void run(List<HeadTask> tasks) {
        launch(
            new Launch(parameters, dataType, List.copyOf(tasks)),
            () -> tasks.forEach(task -> compute(parameters, task)));
      }

      @Override
      public void close() {
        openHeads.decrementAndGet();
      }
    };
  }

  @Override
  public void close() {
    closed = true;
  }

  private void launch(Launch launch, Runnable work) {
    launches.add(launch);
    running.incrementAndGet();
    try {
      if (gate != null) {
        pass(gate);
      }
      fault.accept(launch);
      work.run();
    } finally {
      running.decrementAndGet();
    }
  }

  /**
   * Waits as a device does: an interrupt does not stop it. A test that forgets it gets an error.
   */
  private static void pass(Semaphore gate) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    try {
      while (true) {
        try {
          if (!gate.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("the test did not let the device work");
          }
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void compute(HeadParameters parameters, HeadTask task) {
    for (long i = 0; task.logits() != null && i < task.rows() * parameters.labels(); i++) {
      double bias = parameters.bias()[(int) (i % parameters.labels())];
      task.logits().setAtIndex(JAVA_FLOAT, i, (float) bias);
    }
  }

  private static void compute(ActivationTask task) {
    if (task.y() != null) {
      for (long i = 0; i < task.elements(); i++) {
        task.y().setAtIndex(JAVA_FLOAT, i, task.x().getAtIndex(JAVA_FLOAT, i) + 1);
      }
    }
  }
}
