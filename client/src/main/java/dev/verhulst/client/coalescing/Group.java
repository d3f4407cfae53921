package dev.verhulst.client.coalescing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The calls that wait to travel together. Guarded by the coalescer. */
final class Group {

  private final JointKey key;
  private final Coalescing bounds;
  private final List<Member> members = new ArrayList<>();
  private long rows;
  private long bytes;
  private volatile @Nullable CompletableFuture<?> departure;

  Group(JointKey key, Coalescing bounds) {
    this.key = key;
    this.bounds = bounds;
  }

  JointKey key() {
    return key;
  }

  List<Member> members() {
    return members;
  }

  /** Whether a further call finds room. */
  boolean fits(Member member) {
    return members.size() < bounds.maximumRequests()
        && rows <= bounds.maximumRows() - member.rows()
        && bytes <= bounds.maximumBytes() - member.bytes();
  }

  void add(Member member) {
    members.add(member);
    rows += member.rows();
    bytes += member.bytes();
  }

  boolean isFull() {
    return members.size() == bounds.maximumRequests()
        || rows == bounds.maximumRows()
        || bytes == bounds.maximumBytes();
  }

  /** Sets what will let the group leave when its time has come. */
  void departWith(CompletableFuture<?> departure) {
    this.departure = departure;
  }

  /** Ends the wait of a group that has left before its time. */
  void stopWaiting() {
    CompletableFuture<?> pending = departure;
    if (pending != null) {
      pending.cancel(false);
    }
  }
}
