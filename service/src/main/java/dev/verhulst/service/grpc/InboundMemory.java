package dev.verhulst.service.grpc;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The memory that messages take in the transport while they arrive, and until they are read into
 * tensor memory. gRPC gathers a message whole before it hands it on, so nobody can wait for a turn
 * here as for tensor memory: the call that would exceed the budget is turned away, and so is one
 * whose message comes too slowly. Thread-safe.
 */
final class InboundMemory extends ServerStreamTracer.Factory implements AutoCloseable {

  /** The share of the call that a context belongs to. */
  static final Context.Key<Share> SHARE = Context.key("dev.verhulst.inbound");

  /** A call that holds no more than that has a message even where others take the whole budget. */
  private static final int SMALL = 16 * 1024;

  private static final Duration LOOKS_EVERY = Duration.ofSeconds(1);

  private final long budget;
  private final long heapBudget;
  private final GrpcProperties properties;
  private final AtomicLong used = new AtomicLong();
  private final AtomicLong unpacked = new AtomicLong();
  private final Set<Share> arriving = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean watching = new AtomicBoolean();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("grpc-pace").factory());

  /**
   * @param budget how many bytes there may be, of all calls together
   * @param heapBudget how many bytes compressed messages may be unpacked to, of all calls together
   * @param properties how fast a message must come
   */
  InboundMemory(long budget, long heapBudget, GrpcProperties properties) {
    this.budget = budget;
    this.heapBudget = heapBudget;
    this.properties = properties;
  }

  /** Has the current call turned away where its messages exceed the budget, or are too slow. */
  static void guard(Caller caller) {
    SHARE.get().whenUnwelcome(caller::refuse);
  }

  /**
   * The same for a call whose messages are short.
   *
   * @param byteSize how many bytes it may have in all
   * @param whenTooLong what is done, once, where it has more
   */
  static void guard(long byteSize, Runnable whenTooLong, Consumer<InferenceException> refuse) {
    Share share = SHARE.get();
    share.ownLimit = byteSize;
    share.whenTooLong = whenTooLong;
    share.whenUnwelcome(refuse);
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

  @Override
  public void close() {
    watch.shutdownNow();
  }

  private void watch(Share share) {
    arriving.add(share);
    if (!watching.get() && watching.compareAndSet(false, true)) {
      long interval = LOOKS_EVERY.toMillis();
      watch.scheduleWithFixedDelay(
          () -> arriving.forEach(Share::look), interval, interval, TimeUnit.MILLISECONDS);
    }
  }

  /** What one call takes of it. */
  final class Share extends ServerStreamTracer {

    private final AtomicLong held = new AtomicLong();
    private long ownLimit = Long.MAX_VALUE;
    private @Nullable Runnable whenTooLong;
    private volatile @Nullable Consumer<InferenceException> whenUnwelcome;

    /** What has come of the message that is on its way, and since when. */
    private volatile long arrived;

    private volatile long since;

    private long lastByteSize;

    private InferenceException exceeded() {
      return InferenceException.unavailable(
          Rejection.NO_MEMORY,
          "messages on their way in take more than the %d bytes that they may: verhulst.memory.budget, or what the JVM has for buffers (-XX:MaxDirectMemorySize); send less at once, or try again later"
              .formatted(budget),
          Duration.ofSeconds(1));
    }

    private InferenceException tooSlow() {
      return new InferenceException(
          ErrorKind.TIMEOUT,
          "%d bytes of the message came in %d s; the server's setting verhulst.grpc.min-message-rate says how fast they must"
              .formatted(arrived, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since)));
    }

    /** Says what to do, once, where the call is to be turned away. */
    private void whenUnwelcome(Consumer<InferenceException> refuse) {
      whenUnwelcome = refuse;
    }

    private void refuse(InferenceException error) {
      Consumer<InferenceException> refuse = whenUnwelcome;
      if (refuse != null) {
        whenUnwelcome = null;
        refuse.accept(error);
      }
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(SHARE, this);
    }

    @Override
    public void inboundWireSize(long bytes) {
      if (arrived == 0) {
        since = System.nanoTime();
        watch(this);
      }
      arrived += bytes;
      long ownBytes = held.addAndGet(bytes);
      boolean exceedsTheBudget = used.addAndGet(bytes) > budget && ownBytes > SMALL;
      if (ownBytes > ownLimit && whenTooLong != null) {
        Runnable action = whenTooLong;
        whenTooLong = null;
        action.run();
      } else if (exceedsTheBudget) {
        refuse(exceeded());
      }
    }

    @Override
    public void inboundMessageRead(int number, long wireSize, long plainSize) {
      lastByteSize = wireSize;
      arrived = 0;
      arriving.remove(this);
    }

    @Override
    public void streamClosed(Status status) {
      arriving.remove(this);
      releaseAll();
    }

    /** How many bytes the message had on the wire that has just arrived. */
    long lastByteSize() {
      return lastByteSize;
    }

    private void look() {
      if (properties.isTooSlow(arrived, System.nanoTime() - since)) {
        refuse(tooSlow());
      }
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

    private void releaseAll() {
      used.addAndGet(-held.getAndSet(0));
    }
  }
}
