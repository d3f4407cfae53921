package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DeviceException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of each call to a GPU of its pool: to the one that computes on the fewest bytes, and
 * where that fails it, to each of the others until one does not.
 */
final class PoolRouting {

  private static final Logger LOG = LoggerFactory.getLogger(PoolRouting.class);

  private final List<PoolMember> members;
  private final AtomicInteger turn = new AtomicInteger();

  PoolRouting(List<PoolMember> members) {
    this.members = members;
  }

  /**
   * Makes a call.
   *
   * @param bytes how many bytes of input the call has
   * @param repeatable whether its input is still there once it has failed
   * @return whether there is a GPU that works
   * @throws DeviceException where the call failed
   */
  boolean run(long bytes, boolean repeatable, Consumer<RecoverableDevice> call) {
    int first = turn.getAndIncrement();
    PoolMember member = leastLoaded(first, Set.of());
    if (member == null) {
      return false;
    }
    try {
      member.run(bytes, call);
    } catch (DeviceException e) {
      if (!repeatable) {
        throw e;
      }
      runElsewhere(bytes, call, first, member, e);
    }
    return true;
  }

  private void runElsewhere(
      long bytes,
      Consumer<RecoverableDevice> call,
      int first,
      PoolMember failed,
      DeviceException failure) {
    Set<PoolMember> tried = new HashSet<>(Set.of(failed));
    for (PoolMember member = leastLoaded(first, tried);
        member != null;
        member = leastLoaded(first, tried)) {
      try {
        member.run(bytes, call);
        LOG.warn(
            "GPU {} has computed what GPU {} failed: {}",
            member.ordinal(),
            failed.ordinal(),
            failure.getMessage());
        return;
      } catch (DeviceException e) {
        tried.add(member);
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }

  /**
   * The GPU with the least to do; of those that have equally little, each in turn.
   *
   * @param first whose turn it is
   * @param tried those that are out of the question
   * @return null where there is none
   */
  private @Nullable PoolMember leastLoaded(int first, Set<PoolMember> tried) {
    PoolMember least = null;
    for (int i = 0; i < members.size(); i++) {
      PoolMember member = members.get(Math.floorMod(first + i, members.size()));
      if (member.isUsable()
          && !tried.contains(member)
          && (least == null || member.bytesInFlight() < least.bytesInFlight())) {
        least = member;
      }
    }
    return least;
  }
}
