package dev.verhulst.service.grpc;

import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory that messages take in the transport while they arrive, and until they are read into
 * tensor memory. gRPC gathers a message whole before it hands it on, so nobody can wait for a turn
 * here as for tensor memory: the call that would exceed the budget is turned away. Thread-safe.
 */
final class InboundMemory extends ServerStreamTracer.Factory {

  /** The share of the call that a context belongs to. */
  static final Context.Key<Share> SHARE = Context.key("dev.verhulst.inbound");

  private final long budget;
  private final long heapBudget;
  private final AtomicLong used = new AtomicLong();
  private final AtomicLong unpacked = new AtomicLong();

  /**
   * @param budget how many bytes there may be, of all calls together
   * @param heapBudget how many bytes compressed messages may be unpacked to, of all calls together
   */
  InboundMemory(long budget, long heapBudget) {
    this.budget = budget;
    this.heapBudget = heapBudget;
  }

  /** Has the current call turned away where its messages exceed the budget. */
  static void guard(Caller caller) {
    Share share = SHARE.get();
    share.whenExceeded(() -> caller.refuse(share.exceeded()));
  }

  /** Has something done once more than that many bytes of the current call have arrived. */
  static void limit(long byteSize, Runnable whenExceeded) {
    Share share = SHARE.get();
    share.ownLimit = byteSize;
    share.whenExceeded(whenExceeded);
  }

  long used() {
    return used.get();
  }

  /** What compressed messages have been unpacked to, in bytes. */
  long unpacked() {
    return unpacked.get();
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    return new Share();
  }

  /** What one call takes of it. */
  final class Share extends ServerStreamTracer {

    private final AtomicLong held = new AtomicLong();
    private long ownLimit = Long.MAX_VALUE;
    private @Nullable Runnable whenExceeded;

    private InferenceException exceeded() {
      return InferenceException.unavailable(
          Rejection.NO_MEMORY,
          "messages on their way in take more than the %d bytes that they may (verhulst.memory.budget); try again later"
              .formatted(budget),
          Duration.ofSeconds(1));
    }

    /** Says what to do, once, where the call would exceed the budget; on the transport's thread. */
    private void whenExceeded(Runnable action) {
      whenExceeded = action;
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(SHARE, this);
    }

    @Override
    public void inboundWireSize(long bytes) {
      boolean exceedsItsOwn = held.addAndGet(bytes) > ownLimit;
      boolean exceedsTheBudget = used.addAndGet(bytes) > budget;
      if ((exceedsItsOwn || exceedsTheBudget) && whenExceeded != null) {
        Runnable action = whenExceeded;
        whenExceeded = null;
        action.run();
      }
    }

    @Override
    public void streamClosed(Status status) {
      releaseAll();
    }

    /**
     * Takes heap for more of a message that came compressed.
     *
     * @return whether there was any left; where not, nothing is taken
     */
    boolean unpack(long bytes) {
      if (unpacked.addAndGet(bytes) > heapBudget) {
        unpacked.addAndGet(-bytes);
        return false;
      }
      return true;
    }

    /** Gives back the heap that a message has taken. */
    void discard(long bytes) {
      unpacked.addAndGet(-bytes);
    }

    /** Gives back what a message has taken. */
    void release(long byteSize) {
      long before = held.getAndUpdate(bytes -> Math.max(0, bytes - byteSize));
      used.addAndGet(-Math.min(before, byteSize));
    }

    void releaseAll() {
      used.addAndGet(-held.getAndSet(0));
    }
  }
}
