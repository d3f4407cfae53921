package dev.verhulst.service.batching;

import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.service.batching.PendingRequest.Role;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import dev.verhulst.service.threads.EventLoopThread;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A batcher without a thread of its own. A request that finds the device free computes itself at
 * once. Where the device is busy, requests queue; whoever's batch ends makes the first request of
 * the next one its leader, and that one's thread computes for all of them while the others wait. So
 * a request costs a thread switch only where it had to wait anyway.
 *
 * <p>Requests that gain from company queue even where the device is free, and their threads step
 * aside once for those that are ready to run: others that arrive at the same time queue too, and
 * all leave together. Where no thread is ready, nobody is waited for.
 *
 * <p>When requests leave, and which together, is {@link BatchQueue}'s matter; this class brings
 * threads and time. No lock is held while the device works.
 */
final class DynamicBatcher implements Batcher, AutoCloseable {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** Up to how many elements a computation is over before another thread has woken up. */
  private static final long SHORT_COMPUTATION = 1L << 16;

  /** Longer than any process lives, and far from where nanoseconds overflow. */
  private static final long FOREVER = Long.MAX_VALUE / 4;

  private final String model;
  private final BatchingPolicy policy;
  private final BatchComputer computer;
  private final ExecutionListener listener;
  private final LongSupplier nanoTime;
  private final Runnable stepAside;
  private final long maxQueueDelay;

  private final ReentrantLock lock = new ReentrantLock();
  private final BatchQueue<PendingRequest> queue;

  /** The queue's size, written under the lock and read without it. */
  private volatile int depth;

  /** How many more executions the device may take. */
  private final AtomicInteger permits;

  private volatile boolean closed;

  /**
   * @param nanoTime the clock, {@link System#nanoTime()} outside of tests
   * @param stepAside lets other threads run that are ready to, {@link Thread#yield()} outside of
   *     tests
   */
  DynamicBatcher(
      String model,
      BatchingPolicy policy,
      Device device,
      ExecutionListener listener,
      LongSupplier nanoTime,
      Runnable stepAside) {
    this.model = model;
    this.policy = policy;
    this.computer = new BatchComputer(device);
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.stepAside = stepAside;
    this.maxQueueDelay = policy.maxQueueDelay().toNanos();
    this.queue = new BatchQueue<>(policy);
    this.permits = new AtomicInteger(policy.concurrency());
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public @Nullable BatchTimings executeAtOnce(BatchRequest request) {
    return request.computation().elements() <= SHORT_COMPUTATION
            && request.batchSize() <= policy.maxBatchSize()
            && !closed
            && mayComputeAlone(request)
        ? computeAlone(request)
        : null;
  }

  @Override
  public BatchTimings execute(BatchRequest request) throws InterruptedException {
    if (request.batchSize() > policy.maxBatchSize()) {
      throw InferenceException.invalidArgument(
          "inference request batch-size must be <= "
              + policy.maxBatchSize()
              + " for '"
              + model
              + "', got "
              + request.batchSize());
    }
    if (closed) {
      throw stopping();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before the request was queued");
    }
    if (request.computation().elements() > SHORT_COMPUTATION) {
      EventLoopThread.leaveLoop();
    }
    if (mayComputeAlone(request)) {
      return computeAlone(request);
    }
    EventLoopThread.leaveLoop();
    boolean gathers = request.computation().gainsFromCompany();
    PendingRequest pending = enqueue(request, gathers);
    if (gathers) {
      stepAside.run();
      dispatchLocked();
    }
    return await(pending);
  }

  /** Refuses new requests, and turns away those that still wait. Executions end as usual. */
  @Override
  public void close() {
    closed = true;
    lock.lock();
    try {
      for (PendingRequest request : queue.clear()) {
        request.failure = stopping();
        request.become(Role.ANSWERED);
      }
      depth = 0;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a request finds the device free, and has it now. */
  private boolean mayComputeAlone(BatchRequest request) {
    return depth == 0
        && !policy.holdsBack()
        && !request.computation().gainsFromCompany()
        && tryPermit();
  }

  private BatchTimings computeAlone(BatchRequest request) {
    long started = nanoTime.getAsLong();
    try {
      computer.compute(request.computation());
      long finished = nanoTime.getAsLong();
      listener.executed(1, request.batchSize(), finished - started);
      return new BatchTimings(started, started, finished, request.batchSize());
    } catch (Throwable failure) {
      throw exceptionFor(failure, model);
    } finally {
      release();
    }
  }

  /**
   * Adds a request to the queue.
   *
   * @param gathers whether it stays there for now, and the caller sees to its leaving
   */
  private PendingRequest enqueue(BatchRequest request, boolean gathers) {
    long now = nanoTime.getAsLong();
    PendingRequest pending =
        new PendingRequest(request, priority(request), now, now + timeout(request));
    lock.lock();
    try {
      if (closed) {
        throw stopping();
      }
      if (!queue.add(pending, now)) {
        throw InferenceException.unavailable(
            Rejection.QUEUE_FULL,
            "the queue of model '"
                + model
                + "' is full: "
                + policy.maxQueueSize()
                + " requests wait (verhulst.batching.max-queue-size); try again later",
            RETRY_AFTER);
      }
      if (gathers) {
        depth = queue.size();
      } else {
        dispatch();
      }
    } finally {
      lock.unlock();
    }
    return pending;
  }

  /** Does what the request's role says until it is answered. */
  private BatchTimings await(PendingRequest request) throws InterruptedException {
    boolean interrupted = false;
    long wakeAt =
        policy.holdsBack() && request.deadline - request.queuedAt > maxQueueDelay
            ? request.queuedAt + maxQueueDelay
            : request.deadline;
    try {
      while (true) {
        switch (request.role) {
          case QUEUED -> {
            if (Thread.interrupted()) {
              if (leave(request)) {
                throw new InterruptedException("interrupted while the request was queued");
              }
              interrupted = true;
            } else if (wakeAt - nanoTime.getAsLong() > 0) {
              LockSupport.parkNanos(this, wakeAt - nanoTime.getAsLong());
            } else if (wakeAt != request.deadline) {
              wakeAt = request.deadline;
              dispatchLocked();
            } else if (leave(request)) {
              throw timedOut(request);
            }
          }
          case LEADER -> {
            interrupted |= Thread.interrupted();
            lead(request.batch);
          }
          case FOLLOWER -> {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
          }
          case ANSWERED -> {
            return answer(request, model);
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Computes a batch, starts the next one, and answers everybody in it. */
  private void lead(List<PendingRequest> batch) {
    long started = nanoTime.getAsLong();
    long batchSize = batch.stream().mapToLong(request -> request.batchSize).sum();
    try {
      compute(batch, batchSize);
    } finally {
      if (batch.getFirst().computation.gainsFromCompany()) {
        answer(batch, started, batchSize);
        stepAside.run();
        release();
      } else {
        release();
        answer(batch, started, batchSize);
      }
    }
  }

  private void answer(List<PendingRequest> batch, long started, long batchSize) {
    long finished = nanoTime.getAsLong();
    for (PendingRequest request : batch) {
      request.timings = new BatchTimings(request.queuedAt, started, finished, batchSize);
      request.become(Role.ANSWERED);
    }
  }

  private void compute(List<PendingRequest> batch, long batchSize) {
    long started = nanoTime.getAsLong();
    try {
      computer.compute(batch);
      listener.executed(batch.size(), batchSize, nanoTime.getAsLong() - started);
    } catch (IllegalArgumentException e) {
      if (batch.size() == 1) {
        batch.getFirst().failure = e;
      } else {
        // One of them is at fault, and nothing is written yet: each gets what it deserves.
        batch.forEach(request -> compute(List.of(request), request.batchSize));
      }
    } catch (Throwable e) {
      batch.forEach(request -> request.failure = e);
    }
  }

  private static BatchTimings answer(PendingRequest request, String model) {
    if (request.failure != null) {
      throw exceptionFor(request.failure, model);
    }
    return Objects.requireNonNull(request.timings, "this is a bug: answered without timings");
  }

  /** Gives the device back, to the next batch where one waits. */
  private void release() {
    permits.incrementAndGet();
    // Whoever queues reads the permits after writing the depth: one of us sees the other.
    if (depth > 0) {
      dispatchLocked();
    }
  }

  private void dispatchLocked() {
    lock.lock();
    try {
      dispatch();
    } finally {
      lock.unlock();
    }
  }

  /** Gives every batch that should leave now a leader, as far as the device takes them. */
  private void dispatch() {
    depth = queue.size();
    while (queue.size() > 0 && tryPermit()) {
      List<PendingRequest> batch = queue.take(nanoTime.getAsLong());
      depth = queue.size();
      if (batch.isEmpty()) {
        permits.incrementAndGet();
        return;
      }
      PendingRequest leader = batch.getFirst();
      leader.batch = batch;
      batch.subList(1, batch.size()).forEach(request -> request.become(Role.FOLLOWER));
      leader.become(Role.LEADER);
    }
  }

  /** Takes a request out of the queue; false where a batch has taken it meanwhile. */
  private boolean leave(PendingRequest request) {
    lock.lock();
    try {
      if (request.role != Role.QUEUED) {
        return false;
      }
      queue.remove(request);
      depth = queue.size();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean tryPermit() {
    for (int free = permits.get(); free > 0; free = permits.get()) {
      if (permits.compareAndSet(free, free - 1)) {
        return true;
      }
    }
    return false;
  }

  private int priority(BatchRequest request) {
    return request.priority() == 0 ? policy.defaultPriority() : request.priority();
  }

  private long timeout(BatchRequest request) {
    Duration timeout = request.timeout().isZero() ? policy.defaultTimeout() : request.timeout();
    return timeout.compareTo(Duration.ofNanos(FOREVER)) < 0 ? timeout.toNanos() : FOREVER;
  }

  private InferenceException timedOut(PendingRequest request) {
    return new InferenceException(
        ErrorKind.TIMEOUT,
        "the request to model '"
            + model
            + "' waited in the queue for its whole timeout of "
            + Duration.ofNanos(request.deadline - request.queuedAt).toMillis()
            + " ms");
  }

  private InferenceException stopping() {
    return InferenceException.unavailable(
        Rejection.STOPPING, "the server is shutting down", RETRY_AFTER);
  }

  private static InferenceException exceptionFor(Throwable failure, String model) {
    return switch (failure) {
      case InferenceException e -> e;
      case IllegalArgumentException e ->
          InferenceException.invalidArgument(
              Objects.requireNonNullElse(e.getMessage(), "the device refused the request"));
      case DeviceException e ->
          InferenceException.internal(
              "the device failed while it computed model '" + model + "': " + e.getMessage(), e);
      default ->
          InferenceException.internal(
              "this is a bug: computing model '" + model + "' failed with " + failure, failure);
    };
  }
}
