package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.GpuStatus;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One GPU's place in a pool: the device that computes there, or the one that was lost and waits to
 * be replaced.
 */
final class PoolMember {

  private final int ordinal;
  private final AtomicLong bytesInFlight = new AtomicLong();
  private final AtomicLong losses = new AtomicLong();
  private final AtomicLong probes = new AtomicLong();
  private volatile RecoverableDevice device;

  /** Whether its loss was noted; from there on it gets no work until it is replaced. */
  private volatile boolean lost;

  PoolMember(int ordinal, RecoverableDevice device) {
    this.ordinal = ordinal;
    this.device = device;
  }

  int ordinal() {
    return ordinal;
  }

  RecoverableDevice device() {
    return device;
  }

  boolean isUsable() {
    return !lost && device.isUsable();
  }

  long bytesInFlight() {
    return bytesInFlight.get();
  }

  /** Makes a call that reads so many bytes, whether it succeeds or not. */
  void run(long bytes, Consumer<RecoverableDevice> call) {
    bytesInFlight.addAndGet(bytes);
    try {
      call.accept(device);
    } finally {
      bytesInFlight.addAndGet(-bytes);
    }
  }

  /** Takes note of a loss; whether this call is the first to do so. */
  synchronized boolean noteLoss() {
    if (lost || device.isUsable()) {
      return false;
    }
    lost = true;
    losses.incrementAndGet();
    return true;
  }

  /** Counts a probe; how many there have been. */
  long countProbe() {
    return probes.incrementAndGet();
  }

  /** Puts a device that works in the place of the lost one. */
  synchronized void replace(RecoverableDevice working) {
    device = working;
    lost = false;
  }

  /** One line for people. */
  String description() {
    RecoverableDevice present = device;
    return isUsable()
        ? present.description()
        : present.description() + " (" + present.failure() + ")";
  }

  GpuStatus status() {
    return new GpuStatus(
        ordinal, isUsable(), bytesInFlight.get(), losses.get(), probes.get(), device.readings());
  }
}
