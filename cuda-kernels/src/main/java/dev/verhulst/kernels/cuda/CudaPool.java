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
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One or several NVIDIA GPUs as one device. Each call goes as a whole to the GPU that computes on
 * the fewest bytes. A GPU that an error has destroyed the context of gets no more calls, and comes
 * back once a probe has succeeded, as one joins that could not be had at first; the calls that a
 * GPU fails go to another one, and fail where there is none, or where they may have overwritten
 * their input. Host memory is shared: every GPU reads it at full speed, and it stays valid whatever
 * becomes of them.
 */
public final class CudaPool implements Device {

  private static final Logger LOG = LoggerFactory.getLogger(CudaPool.class);

  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(5);

  private final List<PoolMember> members;
  private final PageLockedMemory memory;
  private final PoolRecovery recovery;
  private final PoolRouting routing;

  /** Calls share it; whoever has it alone knows that those before it have ended. */
  private final ReadWriteLock underWay = new ReentrantReadWriteLock();

  /** Held while a GPU is calibrated, and until one that was calibrated has its place. */
  private final Object calibration = new Object();

  /** What the GPUs are calibrated by; null until they are. */
  private @Nullable LongSupplier clock;

  private boolean closed;

  /**
   * @param members the GPUs, at least one; those that were left out are probed
   * @param memory where their host memory comes from; the pool closes it
   * @param opener opens a GPU that was lost or left out
   * @param timer for the probes; the pool closes it
   */
  CudaPool(
      List<PoolMember> members,
      PageLockedMemory memory,
      RecoverableDevice.Opener opener,
      ProbeTimer timer) {
    this.members = List.copyOf(members);
    this.routing = new PoolRouting(this.members);
    this.memory = memory;
    this.recovery = new PoolRecovery(opener, timer, this::alone, this::admit);
    members.stream().filter(PoolMember::isLeftOut).forEach(recovery::begin);
  }

  @Override
  public DeviceKind kind() {
    return DeviceKind.CUDA;
  }

  /** The GPUs that compute, and those that are lost or were left out, with the reasons. */
  @Override
  public String description() {
    List<PoolMember> usable = members.stream().filter(PoolMember::isUsable).toList();
    if (usable.size() == members.size()) {
      String all = descriptions(members);
      return members.size() == 1 ? all : members.size() + " GPUs: " + all;
    }
    List<PoolMember> leftOut = members.stream().filter(PoolMember::isLeftOut).toList();
    List<PoolMember> lost =
        members.stream()
            .filter(member -> !usable.contains(member) && !leftOut.contains(member))
            .toList();
    return "%d of %d GPUs".formatted(usable.size(), members.size())
        + (usable.isEmpty() ? "" : ": " + descriptions(usable))
        + (lost.isEmpty() ? "" : "; lost: " + descriptions(lost))
        + (leftOut.isEmpty() ? "" : "; left out: " + descriptions(leftOut));
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
    boolean inPlace = false;
    for (ActivationTask task : tasks) {
      elements += task.elements();
      inPlace |= task.isInPlace();
    }
    run(
        elements * dataType.byteSize(),
        !inPlace,
        device -> device.run(activation, dataType, tasks));
  }

  @Override
  public void run(BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks) {
    long elements = 0;
    for (LossTask task : tasks) {
      elements += task.elements();
    }
    run(elements * dataType.byteSize(), true, device -> device.run(loss, dataType, tasks));
  }

  /**
   * Calibrates every GPU that works now, and each that comes back or joins later.
   *
   * @throws DeviceException where that fails on all of them
   */
  @Override
  public void calibrate(LongSupplier nanoTime) {
    underWay.readLock().lock();
    try {
      synchronized (calibration) {
        clock = nanoTime;
        boolean some = false;
        DeviceException failure = null;
        for (PoolMember member : members.stream().filter(PoolMember::isUsable).toList()) {
          try {
            member.device().calibrate(nanoTime);
            some = true;
          } catch (DeviceException e) {
            logUncalibrated(member, e);
            failure = e;
          }
        }
        if (failure != null && !some) {
          throw failure;
        }
      }
    } finally {
      underWay.readLock().unlock();
      noteLosses();
    }
  }

  /** Lets a GPU take part, calibrated as the others are; as well as it guesses where that fails. */
  private boolean admit(PoolMember member, RecoverableDevice device) {
    synchronized (calibration) {
      try {
        if (clock != null) {
          device.calibrate(clock);
        }
      } catch (DeviceException e) {
        logUncalibrated(member, e);
      }
      return member.replace(device);
    }
  }

  private static void logUncalibrated(PoolMember member, DeviceException failure) {
    LOG.warn("GPU {} could not be calibrated: {}", member.ordinal(), failure.getMessage());
  }

  /**
   * Prepares a head on every GPU that works and has room for it; on the others, a call that gets to
   * one tries again, and goes on to the next.
   *
   * @throws DeviceException where none could prepare it
   */
  @Override
  public @Nullable Head head(HeadParameters parameters, DataType dataType) {
    PooledHead head = new PooledHead(this, parameters, dataType);
    underWay.readLock().lock();
    try {
      DeviceException failure = null;
      boolean prepared = false;
      for (PoolMember member : members) {
        if (member.isUsable()) {
          try {
            if (head.on(member.device()) == null) {
              return null;
            }
            prepared = true;
          } catch (DeviceException e) {
            failure = e;
          }
        }
      }
      if (failure != null && !prepared) {
        throw failure;
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
   * Makes a call on the GPU that has the least to do, and where that fails it, on each of the
   * others until one does not.
   *
   * @param bytes how many bytes of input the call has
   * @param repeatable whether its input is still there once it has failed
   * @throws DeviceException where it failed, or no GPU works
   */
  void run(long bytes, boolean repeatable, Consumer<RecoverableDevice> call) {
    underWay.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the device is closed");
      }
      if (!routing.run(bytes, repeatable, call)) {
        throw new DeviceException("no GPU works: " + description());
      }
    } finally {
      underWay.readLock().unlock();
      noteLosses();
    }
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
  private boolean alone(BooleanSupplier action) {
    try {
      if (!underWay.writeLock().tryLock(LONGEST_DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new DeviceException("calls on other GPUs do not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeviceException("the probe was interrupted", e);
    }
    try {
      return action.getAsBoolean();
    } finally {
      underWay.writeLock().unlock();
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
        members.forEach(member -> resources.onClose(member::close));
        resources.onClose(memory::close);
      }
    } finally {
      underWay.writeLock().unlock();
    }
  }
}
