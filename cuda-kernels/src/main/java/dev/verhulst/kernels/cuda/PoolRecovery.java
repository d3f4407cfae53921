package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DeviceUnavailableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a lost GPU back into its pool. A probe has the driver destroy the lost context, opens
 * the GPU anew, and has it compute a known value; where that fails, the next one comes after twice
 * the time. A driver may refuse a GPU to a process for good: then the probes go on in vain, and say
 * so.
 */
final class PoolRecovery implements AutoCloseable {

  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(PoolRecovery.class);

  private final RecoverableDevice.Opener opener;
  private final ProbeTimer timer;
  private final Runnable drain;

  /**
   * @param drain returns once no call is under way any more that began before it was called
   */
  PoolRecovery(RecoverableDevice.Opener opener, ProbeTimer timer, Runnable drain) {
    this.opener = opener;
    this.timer = timer;
    this.drain = drain;
  }

  /** Begins to probe a member that was lost. */
  void begin(PoolMember member) {
    probeAfter(FIRST_PAUSE, member);
  }

  private void probeAfter(Duration pause, PoolMember member) {
    timer.after(pause, () -> probe(member, pause));
  }

  private void probe(PoolMember member, Duration pause) {
    long probes = member.countProbe();
    try {
      reopen(member);
      LOG.info("GPU {} computes again: {}", member.ordinal(), member.description());
    } catch (RuntimeException e) {
      Duration next = min(pause.multipliedBy(2), LONGEST_PAUSE);
      LOG.warn(
          "GPU {} is still lost after {} probes, the next one is in {} s; where they keep failing,"
              + " only a restart of the process helps: {}",
          member.ordinal(),
          probes,
          next.toSeconds(),
          e.getMessage());
      probeAfter(next, member);
    }
  }

  private void reopen(PoolMember member) {
    // Calls on other GPUs may use host memory that the lost context holds.
    drain.run();
    if (!member.device().discard()) {
      throw new DeviceUnavailableException("the driver does not let the lost context go");
    }
    RecoverableDevice device = opener.open(member.ordinal());
    device.join();
    member.replace(device);
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Begins no more probes, and waits for one that is under way. */
  @Override
  public void close() {
    timer.close();
  }
}
