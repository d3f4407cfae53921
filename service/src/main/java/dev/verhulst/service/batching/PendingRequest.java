package dev.verhulst.service.batching;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A request in the queue of a {@link DynamicBatcher}, and the thread that waits for its answer. */
final class PendingRequest extends QueueEntry {

  /** What the thread of a request has to do. */
  enum Role {
    /** Wait in the queue. */
    QUEUED,
    /** Compute the batch that {@link #batch} holds. */
    LEADER,
    /** Wait for its leader: the device has its memory. */
    FOLLOWER,
    /** Go: the results, or {@link #failure}, are there. */
    ANSWERED
  }

  private final Thread thread = Thread.currentThread();
  final Computation computation;

  /** Leaves {@link Role#QUEUED} under the batcher's lock; what it guards is written before it. */
  volatile Role role = Role.QUEUED;

  List<PendingRequest> batch = List.of();
  @Nullable BatchTimings timings;
  @Nullable Throwable failure;

  PendingRequest(BatchRequest request, int priority, long queuedAt, long deadline) {
    super(
        request.computation().key(),
        request.batchSize(),
        request.computation().elements(),
        priority,
        queuedAt,
        deadline);
    this.computation = request.computation();
  }

  /** Gives the request a new role, and wakes its thread where that is another one. */
  void become(Role role) {
    this.role = role;
    if (thread != Thread.currentThread()) {
      LockSupport.unpark(thread);
    }
  }
}
