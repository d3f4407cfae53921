package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DeviceUnavailableException;
import java.time.Duration;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a GPU into its pool that was lost, or left out at first. A probe has the driver
 * destroy the lost context, opens the GPU, and has it compute a known value; where that fails, the
 * next one comes after twice the time. A driver may refuse a GPU to a process for good: then the
 * probes go on in vain, and say so.
 */
final class PoolRecovery implements AutoCloseable {

  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(PoolRecovery.class);

  private final RecoverableDevice.Opener opener;
  private final ProbeTimer timer;
  private final Predicate<BooleanSupplier> alone;
  private final BiPredicate<PoolMember, RecoverableDevice> admission;

  /**
   * @param alone does something while no call is under way on any GPU, and returns what it returns
   * @param admission puts a device that was opened in its member's place, and says whether it still
   *     works there
   */
  PoolRecovery(
      RecoverableDevice.Opener opener,
      ProbeTimer timer,
      Predicate<BooleanSupplier> alone,
      BiPredicate<PoolMember, RecoverableDevice> admission) {
    this.opener = opener;
    this.timer = timer;
    this.alone = alone;
    this.admission = admission;
  }

  /** Begins to probe a member that was lost, or left out. */
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
      LOG.info("GPU {} computes: {}", member.ordinal(), member.description());
    } catch (RuntimeException e) {
      Duration next = min(pause.multipliedBy(2), LONGEST_PAUSE);
      LOG.warn(
          "GPU {} does not compute after {} probes, the next one is in {} s{}: {}",
          member.ordinal(),
          probes,
          next.toSeconds(),
          member.isLeftOut()
              ? ""
              : "; where they keep failing, only a restart of the process helps",
          e.getMessage());
      probeAfter(next, member);
    }
  }

  private void reopen(PoolMember member) {
    // Calls on other GPUs may use host memory that the lost context holds, and goes with it.
    if (!alone.test(member::discard)) {
      throw new DeviceUnavailableException("the driver does not let the lost context go");
    }
    RecoverableDevice device = opener.open(member.ordinal());
    device.join();
    if (!admission.test(member, device)) {
      throw new DeviceUnavailableException(device.failure());
    }
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
