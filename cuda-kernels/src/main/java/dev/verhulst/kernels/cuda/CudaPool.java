package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.GpuStatus;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One or several NVIDIA GPUs as one device. Each call goes as a whole to the GPU that computes on
 * the fewest bytes. A GPU that an error has destroyed the context of gets no more calls, and comes
 * back once a probe has succeeded; the call that met the error fails, as do those beside it on the
 * same GPU. Host memory is shared: every GPU reads it at full speed, and it stays valid whatever
 * becomes of them.
 */
public final class CudaPool implements Device {

  private static final Logger LOG = LoggerFactory.getLogger(CudaPool.class);

  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(5);

  private final List<PoolMember> members;
  private final PageLockedMemory memory;
  private final PoolRecovery recovery;
  private final AtomicInteger turn = new AtomicInteger();

  /** Calls share it; whoever has it alone knows that those before it have ended. */
  private final ReadWriteLock underWay = new ReentrantReadWriteLock();

  private boolean closed;

  /**
   * @param members the GPUs, at least one
   * @param memory where their host memory comes from; the pool closes it
   * @param opener opens a GPU anew that was lost
   * @param timer for the probes; the pool closes it
   */
  CudaPool(
      List<PoolMember> members,
      PageLockedMemory memory,
      RecoverableDevice.Opener opener,
      ProbeTimer timer) {
    this.members = List.copyOf(members);
    this.memory = memory;
    this.recovery = new PoolRecovery(opener, timer, this::drain);
  }

  @Override
  public DeviceKind kind() {
    return DeviceKind.CUDA;
  }

  /** The GPUs that compute, and those that are lost, with what they were lost to. */
  @Override
  public String description() {
    List<PoolMember> usable = members.stream().filter(PoolMember::isUsable).toList();
    if (usable.size() == members.size()) {
      String all = descriptions(members);
      return members.size() == 1 ? all : members.size() + " GPUs: " + all;
    }
    List<PoolMember> lost = members.stream().filter(member -> !usable.contains(member)).toList();
    return "%d of %d GPUs%s; lost: %s"
        .formatted(
            usable.size(),
            members.size(),
            usable.isEmpty() ? "" : ": " + descriptions(usable),
            descriptions(lost));
  }

  private static String descriptions(List<PoolMember> members) {
    return members.stream().map(PoolMember::description).collect(Collectors.joining(", "));
  }

  /** Whether a GPU works at present; where none does, one may come back. */
  @Override
  public boolean isUsable() {
    // One may have been lost where no call saw it, while memory was freed.
    noteLosses();
    return members.stream().anyMatch(PoolMember::isUsable);
  }

  @Override
  public List<GpuStatus> gpus() {
    return members.stream().map(PoolMember::status).toList();
  }

  @Override
  public HostBuffer allocate(long byteSize) {
    try {
      return memory.allocate(byteSize);
    } finally {
      noteLosses();
    }
  }

  @Override
  public void run(Activation activation, DataType dataType, List<ActivationTask> tasks) {
    long elements = 0;
    for (ActivationTask task : tasks) {
      elements += task.elements();
    }
    run(elements * dataType.byteSize(), device -> device.run(activation, dataType, tasks));
  }

  @Override
  public void run(BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks) {
    long elements = 0;
    for (LossTask task : tasks) {
      elements += task.elements();
    }
    run(elements * dataType.byteSize(), device -> device.run(loss, dataType, tasks));
  }

  /** Calibrates every GPU that works; one that comes back later goes by its guesses. */
  @Override
  public void calibrate(LongSupplier nanoTime) {
    underWay.readLock().lock();
    try {
      members.stream()
          .filter(PoolMember::isUsable)
          .forEach(member -> member.device().calibrate(nanoTime));
    } finally {
      underWay.readLock().unlock();
      noteLosses();
    }
  }

  /** Prepares a head on every GPU that works. */
  @Override
  public @Nullable Head head(HeadParameters parameters, DataType dataType) {
    PooledHead head = new PooledHead(this, parameters, dataType);
    underWay.readLock().lock();
    try {
      for (PoolMember member : members) {
        if (member.isUsable() && head.on(member.device()) == null) {
          return null;
        }
      }
      return head;
    } catch (RuntimeException | Error e) {
      try (head) {
        throw e;
      }
    } finally {
      underWay.readLock().unlock();
      noteLosses();
    }
  }

  /**
   * Makes a call on the GPU that has the least to do.
   *
   * @param bytes how many bytes of input the call has
   * @throws DeviceException where it failed, or no GPU works
   */
  void run(long bytes, Consumer<RecoverableDevice> call) {
    underWay.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the device is closed");
      }
      leastLoaded().run(bytes, call);
    } finally {
      underWay.readLock().unlock();
      noteLosses();
    }
  }

  /** Of those that have equally little to do, each in turn. */
  private PoolMember leastLoaded() {
    PoolMember least = null;
    int first = Math.floorMod(turn.getAndIncrement(), members.size());
    for (int i = 0; i < members.size(); i++) {
      PoolMember member = members.get((first + i) % members.size());
      if (member.isUsable() && (least == null || member.bytesInFlight() < least.bytesInFlight())) {
        least = member;
      }
    }
    if (least == null) {
      throw new DeviceException("no GPU works: " + description());
    }
    return least;
  }

  private void noteLosses() {
    for (PoolMember member : members) {
      if (member.noteLoss()) {
        LOG.error(
            "GPU {} is lost, {} of {} GPUs are left; it is tried again in {} s: {}",
            member.ordinal(),
            members.stream().filter(PoolMember::isUsable).count(),
            members.size(),
            PoolRecovery.FIRST_PAUSE.toSeconds(),
            member.description());
        recovery.begin(member);
      }
    }
  }

  /** A GPU that hangs must not stop the others for long: whoever wants it alone also gives up. */
  private void drain() {
    try {
      if (!underWay.writeLock().tryLock(LONGEST_DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new DeviceException("calls on other GPUs do not end");
      }
      underWay.writeLock().unlock();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeviceException("the probe was interrupted", e);
    }
  }

  /** Waits for the calls under way, and frees everything, also buffers that are still open. */
  @Override
  public void close() {
    recovery.close();
    underWay.writeLock().lock();
    try (Resources resources = new Resources()) {
      if (!closed) {
        closed = true;
        members.forEach(member -> resources.onClose(() -> member.device().close()));
        resources.onClose(memory::close);
      }
    } finally {
      underWay.writeLock().unlock();
    }
  }
}
