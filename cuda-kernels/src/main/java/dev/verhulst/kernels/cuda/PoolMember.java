package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.GpuStatus;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One GPU's place in a pool: the device that computes there, the one that was lost and waits to be
 * replaced, or none yet, where the GPU could not be had at first.
 */
final class PoolMember {

  private final int ordinal;
  private final AtomicLong bytesInFlight = new AtomicLong();
  private final AtomicLong losses = new AtomicLong();
  private final AtomicLong probes = new AtomicLong();
  private final String leftOutBecause;
  private volatile @Nullable RecoverableDevice device;

  /** Whether its loss was noted, or it was left out; from there on it gets no work. */
  private volatile boolean out;

  PoolMember(int ordinal, RecoverableDevice device) {
    this(ordinal, device, "");
  }

  private PoolMember(int ordinal, @Nullable RecoverableDevice device, String leftOutBecause) {
    this.ordinal = ordinal;
    this.device = device;
    this.leftOutBecause = leftOutBecause;
    out = device == null;
  }

  /**
   * The place of a GPU that could not be had, and may join later.
   *
   * @param reason why, as a clause for people
   */
  static PoolMember leftOut(int ordinal, String reason) {
    return new PoolMember(ordinal, null, reason);
  }

  int ordinal() {
    return ordinal;
  }

  /**
   * The device that computes there, or did.
   *
   * @throws IllegalStateException where there has been none
   */
  RecoverableDevice device() {
    RecoverableDevice present = device;
    if (present == null) {
      throw new IllegalStateException("this is a bug: GPU " + ordinal + " was left out");
    }
    return present;
  }

  boolean isUsable() {
    return !out && device().isUsable();
  }

  /** Whether there has been no device yet. */
  boolean isLeftOut() {
    return device == null;
  }

  long bytesInFlight() {
    return bytesInFlight.get();
  }

  /** Makes a call that reads so many bytes, whether it succeeds or not. */
  void run(long bytes, Consumer<RecoverableDevice> call) {
    bytesInFlight.addAndGet(bytes);
    try {
      call.accept(device());
    } finally {
      bytesInFlight.addAndGet(-bytes);
    }
  }

  /** Takes note of a loss; whether this call is the first to do so. */
  synchronized boolean noteLoss() {
    if (out || device().isUsable()) {
      return false;
    }
    out = true;
    losses.incrementAndGet();
    return true;
  }

  /** Counts a probe; how many there have been. */
  long countProbe() {
    return probes.incrementAndGet();
  }

  /** Lets go of a lost device; whether its context is gone. */
  boolean discard() {
    return isLeftOut() || device().discard();
  }

  /** Puts a device in the place of the lost one; whether it works, and so gets work. */
  synchronized boolean replace(RecoverableDevice opened) {
    device = opened;
    out = !opened.isUsable();
    return !out;
  }

  /** One line for people. */
  String description() {
    if (isLeftOut()) {
      return "GPU %d (%s)".formatted(ordinal, leftOutBecause);
    }
    RecoverableDevice present = device();
    return isUsable()
        ? present.description()
        : present.description() + " (" + present.failure() + ")";
  }

  GpuStatus status() {
    return new GpuStatus(
        ordinal,
        isUsable(),
        bytesInFlight.get(),
        losses.get(),
        probes.get(),
        isLeftOut() ? null : device().readings());
  }

  void close() {
    if (!isLeftOut()) {
      device().close();
    }
  }
}
