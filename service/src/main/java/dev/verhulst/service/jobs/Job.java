package dev.verhulst.service.jobs;

import dev.verhulst.heads.training.TrainingProgress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A job and how it stands. Thread-safe; who wants to know of changes waits for them. */
public final class Job implements JobMonitor {

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private JobStatus status;
  private volatile @Nullable JobState wantedEnd;

  Job(JobStatus status, InstantSource clock) {
    this.status = status;
    this.clock = clock;
  }

  /** How it stands now. */
  public JobStatus status() {
    lock.lock();
    try {
      return status;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a change.
   *
   * @param known the revision that the caller knows
   * @return how it stands when it has changed, or when the time has passed
   */
  public JobStatus awaitChange(long known, Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      long left = timeout.toNanos();
      while (status.revision() == known && left > 0) {
        left = changed.awaitNanos(left);
      }
      return status;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for its end. */
  boolean awaitEnd(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    JobStatus seen = status();
    while (!seen.state().hasEnded() && deadline - System.nanoTime() > 0) {
      seen = awaitChange(seen.revision(), Duration.ofNanos(deadline - System.nanoTime()));
    }
    return seen.state().hasEnded();
  }

  @Override
  public void onIteration(TrainingProgress progress) {
    expectWanted();
    change(known -> known.withProgress(progress, clock.instant()));
  }

  @Override
  public void expectWanted() {
    if (wantedEnd != null) {
      throw new CancellationException("the job is to end");
    }
  }

  /** Has its work end, soon: in that state. Without effect on a job that has ended. */
  void end(JobState state) {
    if (wantedEnd == null) {
      wantedEnd = state;
    }
  }

  /** The state in which it was asked to end; null where it was not. */
  @Nullable JobState wantedEnd() {
    return wantedEnd;
  }

  void change(UnaryOperator<JobStatus> change) {
    lock.lock();
    try {
      if (!status.state().hasEnded()) {
        status = change.apply(status);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
