package dev.verhulst.service.jobs;

import dev.verhulst.heads.training.MemoryBudgetException;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of the server: one runs, some wait for it, and of those that have ended the last ones
 * are remembered. Thread-safe.
 */
public final class Jobs {

  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final String ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  private final int maxQueueSize;
  private final int history;
  private final Executor executor;
  private final JobMarkers markers;
  private final InstantSource clock;
  private final Map<JobState, LongAdder> ended = new EnumMap<>(JobState.class);

  private final Map<String, Job> byId = new LinkedHashMap<>();
  private final Deque<Accepted> queue = new ArrayDeque<>();
  private @Nullable Accepted running;
  private boolean stopping;

  /** A job with what it has to do, and what it holds until it has ended. */
  private record Accepted(Job job, JobWork work, JobMarkers.Marker marker, Runnable release) {}

  /**
   * @param maxQueueSize how many jobs may wait for the one that runs
   * @param history how many that have ended are remembered
   * @param executor runs one job at a time
   * @throws IOException where the markers of lost jobs cannot be read
   */
  Jobs(int maxQueueSize, int history, Executor executor, JobMarkers markers, InstantSource clock)
      throws IOException {
    this.maxQueueSize = maxQueueSize;
    this.history = history;
    this.executor = executor;
    this.markers = markers;
    this.clock = clock;
    for (JobState state : JobState.values()) {
      ended.put(state, new LongAdder());
    }
    for (JobStatus lost : markers.takeLost()) {
      remember(new Job(lost, clock));
      count(lost);
    }
  }

  /**
   * Checks whether another job would be accepted, before its data are read.
   *
   * @throws InferenceException of kind UNAVAILABLE where it would not
   */
  public synchronized void expectRoom() {
    if (stopping) {
      throw InferenceException.unavailable(
          Rejection.STOPPING, "the server is shutting down", RETRY_AFTER);
    }
    if (queue.size() + running() > maxQueueSize) {
      throw InferenceException.unavailable(
          Rejection.QUEUE_FULL,
          "%d jobs run or wait; beside the one that runs %d may wait (verhulst.jobs.max-queue-size): try again later"
              .formatted(queue.size() + running(), maxQueueSize),
          RETRY_AFTER);
    }
  }

  /**
   * Accepts a job. With the id of a job that there is, that one is given back and nothing else
   * happens: who has not got an answer may send the same again. One that is lost begins anew.
   *
   * @param id the caller's name for it; null for one of the server's
   * @param release gives back what the work holds; called once, whatever becomes of the job. Where
   *     this throws, it is not called
   * @throws InferenceException of kind UNAVAILABLE where too many wait, INVALID_ARGUMENT where the
   *     id is none, or that of another job
   */
  public Job submit(
      JobKind kind, String model, @Nullable String id, JobWork work, Runnable release) {
    Job job;
    synchronized (this) {
      Job same = known(kind, model, id);
      if (same != null) {
        release.run();
        return same;
      }
      expectRoom();
      JobStatus queued =
          JobStatus.queued(
              id == null ? UUID.randomUUID().toString() : id, kind, model, clock.instant());
      job = new Job(queued, clock);
      queue.add(new Accepted(job, work, mark(queued), release));
      remember(job);
    }
    executor.execute(this::runNext);
    return job;
  }

  /**
   * The job of that id that a request with it would be given back; null where it would begin one.
   *
   * @param id null for none
   * @throws InferenceException of kind INVALID_ARGUMENT where the id is none, or that of another
   *     job
   */
  public synchronized @Nullable Job known(JobKind kind, String model, @Nullable String id) {
    if (id == null) {
      return null;
    }
    if (!id.matches(ID)) {
      throw InferenceException.invalidArgument(
          "a job cannot have the id '%s'; expected up to 64 letters, digits, '.', '_' and '-'"
              .formatted(id));
    }
    Job known = byId.get(id);
    if (known != null && !(known.status().kind() == kind && known.status().model().equals(model))) {
      throw InferenceException.invalidArgument(
          "there is a job '%s' on another model or of another kind; send another id, or none"
              .formatted(id));
    }
    return known != null && known.status().state() == JobState.LOST ? null : known;
  }

  private JobMarkers.Marker mark(JobStatus job) {
    try {
      return markers.mark(job);
    } catch (IOException e) {
      throw InferenceException.internal(
          "the model repository cannot be written to: " + e.getMessage(), e);
    }
  }

  /**
   * The job of that id.
   *
   * @throws InferenceException of kind NOT_FOUND where there is none
   */
  public synchronized Job find(String id) {
    Job job = byId.get(id);
    if (job == null) {
      throw new InferenceException(
          ErrorKind.NOT_FOUND,
          "there is no job '%s'; of those that have ended, the last %d are remembered"
              .formatted(id, history));
    }
    return job;
  }

  /** Every job that is remembered, the oldest first. */
  public synchronized List<JobStatus> list() {
    return byId.values().stream().map(Job::status).toList();
  }

  /** How many jobs have ended in that state since the server started, those found lost included. */
  long ended(JobState state) {
    return known(state).sum();
  }

  private void count(JobStatus job) {
    known(job.state()).increment();
  }

  private LongAdder known(JobState state) {
    return Objects.requireNonNull(ended.get(state));
  }

  synchronized boolean isStopping() {
    return stopping;
  }

  synchronized int queued() {
    return queue.size();
  }

  synchronized int running() {
    return running == null ? 0 : 1;
  }

  /**
   * Cancels a job: at once where it waits, within an iteration where it runs. Without effect on one
   * that has ended.
   *
   * @throws InferenceException of kind NOT_FOUND where there is none
   */
  public Job cancel(String id) {
    Job job = find(id);
    job.end(JobState.CANCELLED);
    for (Accepted waiting : removeWaiting(job)) {
      end(waiting, known -> unsuccessful(known, JobState.CANCELLED, "cancelled"));
    }
    return job;
  }

  private synchronized List<Accepted> removeWaiting(Job job) {
    List<Accepted> removed = queue.stream().filter(each -> each.job == job).toList();
    queue.removeAll(removed);
    return removed;
  }

  /** Ends every job as lost, the one that runs within an iteration; none is accepted any more. */
  void stop() {
    List<Accepted> waiting;
    Accepted current;
    synchronized (this) {
      stopping = true;
      waiting = new ArrayList<>(queue);
      queue.clear();
      current = running;
    }
    for (Accepted accepted : waiting) {
      accepted.job.end(JobState.LOST);
      end(accepted, known -> unsuccessful(known, JobState.LOST, stopped()));
    }
    if (current != null) {
      current.job.end(JobState.LOST);
    }
  }

  /** Waits until the job that runs has ended; false where it has not within that time. */
  boolean awaitEnd(Duration patience) throws InterruptedException {
    Accepted current;
    synchronized (this) {
      current = running;
    }
    if (current == null || current.job.awaitEnd(patience)) {
      return true;
    }
    LOG.warn("Job {} has not ended in time", current.job.status().id());
    return false;
  }

  private void runNext() {
    Accepted next;
    synchronized (this) {
      next = queue.poll();
      running = next;
    }
    if (next == null) {
      return;
    }
    next.job.change(known -> known.running(clock.instant()));
    UnaryOperator<JobStatus> outcome = run(next);
    synchronized (this) {
      running = null;
    }
    end(next, outcome);
  }

  private UnaryOperator<JobStatus> run(Accepted accepted) {
    String id = accepted.job.status().id();
    try {
      accepted.job.expectWanted();
      JobResult result = accepted.work.run(accepted.job);
      return known -> known.succeeded(result, clock.instant());
    } catch (CancellationException e) {
      return accepted.job.wantedEnd() == JobState.LOST
          ? known -> unsuccessful(known, JobState.LOST, stopped())
          : known -> unsuccessful(known, JobState.CANCELLED, "cancelled");
    } catch (IllegalArgumentException
        | InferenceException
        | MemoryBudgetException
        | IOException e) {
      return known -> unsuccessful(known, JobState.FAILED, String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      return known ->
          unsuccessful(
              known,
              JobState.FAILED,
              "the job ran out of memory: send fewer rows, or give the server more (-Xmx)");
    } catch (RuntimeException | Error e) {
      LOG.error("Job {} failed", id, e);
      return known -> unsuccessful(known, JobState.FAILED, "internal error: " + e);
    }
  }

  private JobStatus unsuccessful(JobStatus known, JobState state, String error) {
    return known.unsuccessful(state, error, clock.instant());
  }

  private static String stopped() {
    return "the server was stopped before the job had ended; nothing of it was saved: send it"
        + " again";
  }

  private void end(Accepted accepted, UnaryOperator<JobStatus> outcome) {
    accepted.release.run();
    if (outcome.apply(accepted.job.status()).state() == JobState.LOST) {
      accepted.marker.leave();
    } else {
      accepted.marker.delete();
    }
    accepted.job.change(outcome);
    JobStatus status = accepted.job.status();
    count(status);
    forgetOldest();
    LOG.info(
        "Job {} on model {}: {}{}",
        status.id(),
        status.model(),
        status.state(),
        status.error() == null ? "" : ", " + status.error());
  }

  private synchronized void remember(Job job) {
    // In place of a lost one it is the newest.
    byId.remove(job.status().id());
    byId.put(job.status().id(), job);
    forgetOldest();
  }

  private synchronized void forgetOldest() {
    long ended = byId.values().stream().filter(job -> job.status().state().hasEnded()).count();
    Iterator<Job> oldest = byId.values().iterator();
    while (ended > history && oldest.hasNext()) {
      if (oldest.next().status().state().hasEnded()) {
        oldest.remove();
        ended--;
      }
    }
  }
}
