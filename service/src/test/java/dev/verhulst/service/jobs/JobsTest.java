package dev.verhulst.service.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.heads.calibration.CalibrationMethod;
import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.safetensors.ElementType;
import dev.verhulst.heads.training.FeatureRows;
import dev.verhulst.heads.training.HeadCalibration;
import dev.verhulst.heads.training.TrainingExamples;
import dev.verhulst.heads.training.TrainingProgress;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One job runs, some wait, the last ones are remembered, and what they hold is given back. */
class JobsTest {

  private static final JobWork DONE = monitor -> new JobResult(3, true, null, null);

  @TempDir Path repository;
  private final ManualExecutor executor = new ManualExecutor();
  private final List<String> released = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Jobs jobs;

  @BeforeEach
  void start() throws IOException {
    jobs = open();
  }

  private Jobs open() throws IOException {
    return new Jobs(1, 2, executor, new JobMarkers(repository, () -> now), () -> now);
  }

  private Job submit(String id, JobWork work) {
    return jobs.submit(JobKind.FIT, "heart", id, work, () -> released.add(id));
  }

  private List<String> markers() throws IOException {
    Path directory = repository.resolve(".jobs");
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aJobWaitsRunsAndSucceeds() throws IOException {
    Job job = submit("first", DONE);
    assertThat(job.status().state()).isEqualTo(JobState.QUEUED);
    assertThat(markers()).containsExactly("first.properties");
    assertThat(jobs.queued()).isEqualTo(1);

    now = now.plusSeconds(5);
    executor.runNext();
    JobStatus status = job.status();
    assertThat(status.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(status.result()).isEqualTo(new JobResult(3, true, null, null));
    assertThat(status.started()).isEqualTo(now);
    assertThat(Duration.between(status.created(), status.ended())).hasSeconds(5);
    assertThat(released).containsExactly("first");
    assertThat(markers()).isEmpty();
    assertThat(jobs.ended(JobState.SUCCEEDED)).isEqualTo(1);
    assertThat(jobs.queued() + jobs.running()).isZero();
  }

  @Test
  void progressTellsHowMuchTimeIsLeft() {
    Job job =
        submit(
            "slow",
            monitor -> {
              monitor.onIteration(progress(1e-3));
              now = now.plusSeconds(30);
              monitor.onIteration(progress(1e-6));
              throw new IllegalArgumentException("enough");
            });
    executor.runNext();
    // Three of six powers of ten are done after thirty seconds: thirty are left. Then it ended.
    assertThat(job.status().progress()).isEqualTo(progress(1e-6));
    assertThat(job.status().error()).isEqualTo("enough");
    assertThat(job.status().timeLeft()).isNull();

    JobStatus running = JobStatus.queued("a", JobKind.FIT, "m", now).running(now);
    assertThat(running.withProgress(progress(1e-6), now.plusSeconds(30)).timeLeft())
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(running.withProgress(progress(1e-3), now.plusSeconds(30)).timeLeft()).isNull();
  }

  /** A gradient that began at a thousandth and is to come to a billionth. */
  private static TrainingProgress progress(double gradient) {
    return new TrainingProgress(0, 1, 1, 0.5, gradient, 1e-3, 1e-9);
  }

  @Test
  void whatAJobThrowsIsItsError() {
    Job io =
        submit(
            "io",
            _ -> {
              throw new IOException("no room on the disk");
            });
    executor.runNext();
    assertThat(io.status().state()).isEqualTo(JobState.FAILED);
    assertThat(io.status().error()).isEqualTo("no room on the disk");
    Job bug =
        submit(
            "bug",
            _ -> {
              throw new IllegalStateException("this is a bug");
            });
    executor.runNext();
    assertThat(bug.status().error()).startsWith("internal error: ").contains("this is a bug");
    Job memory =
        submit(
            "memory",
            _ -> {
              throw new OutOfMemoryError("heap");
            });
    executor.runNext();
    assertThat(memory.status().error()).contains("ran out of memory");
    assertThat(released).containsExactly("io", "bug", "memory");
    assertThat(jobs.ended(JobState.FAILED)).isEqualTo(3);
  }

  @Test
  void aJobThatRunsIsCancelledAtItsNextIteration() {
    Job job =
        submit(
            "endless",
            monitor -> {
              jobs.cancel("endless");
              monitor.onIteration(progress(1e-4));
              throw new AssertionError("it went on");
            });
    executor.runNext();
    assertThat(job.status().state()).isEqualTo(JobState.CANCELLED);
    assertThat(released).containsExactly("endless");
    assertThat(jobs.cancel("endless").status().state())
        .as("cancelled once more")
        .isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aCalibrationIsCancelledWhileItScores() {
    HeadModel head = new HeadModel(1, 1, ElementType.F64, new double[] {2}, new double[] {0.5});
    AtomicInteger scored = new AtomicInteger();
    FeatureRows rows =
        new FeatureRows() {
          @Override
          public int rows() {
            return 10;
          }

          @Override
          public int features() {
            return 1;
          }

          @Override
          public void copyRow(int row, double[] to) {
            to[0] = row;
            if (scored.incrementAndGet() == 4) {
              jobs.cancel("calibration");
            }
          }
        };
    TrainingExamples examples =
        new TrainingExamples(
            rows, List.of("x"), List.of(new double[] {0, 1, 0, 1, 0, 1, 0, 1, 0, 1}), List.of("y"));
    try (CpuDevice device = new CpuDevice(1)) {
      Job job =
          submit(
              "calibration",
              monitor -> {
                HeadCalibration.fit(
                    head, examples, CalibrationMethod.platt, device, monitor::expectWanted);
                throw new AssertionError("it went on");
              });
      executor.runNext();
      assertThat(job.status().state()).isEqualTo(JobState.CANCELLED);
      assertThat(scored).as("rows, with the one at which it was cancelled").hasValue(4);
      assertThat(released).containsExactly("calibration");
    }
  }

  @Test
  void aJobThatWaitsIsCancelledAtOnce() throws IOException {
    Job waiting = submit("waiting", DONE);
    assertThat(jobs.cancel("waiting").status().state()).isEqualTo(JobState.CANCELLED);
    assertThat(released).containsExactly("waiting");
    assertThat(markers()).isEmpty();
    executor.runNext();
    assertThat(waiting.status().result()).isNull();
    assertThatThrownBy(() -> jobs.cancel("nothing"))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("there is no job 'nothing'");
  }

  @Test
  void noMoreWaitThanMay() {
    submit(
        "first",
        _ -> {
          submit("second", DONE);
          assertThatThrownBy(() -> submit("third", DONE))
              .isInstanceOfSatisfying(
                  InferenceException.class,
                  refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
              .hasMessageContaining("2 jobs run or wait; beside the one that runs 1 may wait");
          return new JobResult(1, true, null, null);
        });
    executor.runNext();
    executor.runNext();
    assertThat(released).containsExactly("first", "second");
    assertThat(jobs.list()).extracting(JobStatus::id).containsExactly("first", "second");
  }

  @Test
  void theSameRequestAgainIsTheSameJob() {
    Job job = submit("once", DONE);
    assertThat(submit("once", DONE)).isSameAs(job);
    assertThat(released).as("of the second request").containsExactly("once");
    assertThatThrownBy(() -> jobs.submit(JobKind.CALIBRATE, "heart", "once", DONE, () -> {}))
        .hasMessageContaining("there is a job 'once' on another model or of another kind");
    assertThatThrownBy(() -> submit("../once", DONE))
        .hasMessageContaining("a job cannot have the id '../once'");
  }

  @Test
  void onlyTheLastOnesAreRemembered() {
    for (String id : List.of("a", "b", "c")) {
      submit(id, DONE);
      executor.runNext();
    }
    assertThat(jobs.list()).extracting(JobStatus::id).containsExactly("b", "c");
    assertThatThrownBy(() -> jobs.find("a"))
        .isInstanceOfSatisfying(
            InferenceException.class,
            unknown -> assertThat(unknown.kind()).isEqualTo(ErrorKind.NOT_FOUND))
        .hasMessageContaining("the last 2 are remembered");
  }

  @Test
  void theStopLosesWhatHasNotEndedAndTheNextServerSaysSo() throws Exception {
    Job running =
        submit(
            "running",
            monitor -> {
              submit("waiting", DONE);
              jobs.stop();
              monitor.onIteration(progress(1e-4));
              throw new AssertionError("it went on");
            });
    executor.runNext();
    assertThat(running.status().state()).isEqualTo(JobState.LOST);
    assertThat(released).containsExactly("waiting", "running");
    assertThat(markers()).containsExactly("running.properties", "waiting.properties");
    assertThatThrownBy(() -> submit("late", DONE)).hasMessageContaining("shutting down");

    Path unfinished = Files.createDirectories(repository.resolve("heart/.unfinished-1"));
    Files.writeString(unfinished.resolve("model.safetensors"), "half");
    Files.createDirectories(repository.resolve("heart/1"));
    jobs = open();
    assertThat(jobs.list())
        .hasSize(2)
        .allSatisfy(
            lost -> {
              assertThat(lost.state()).isEqualTo(JobState.LOST);
              assertThat(lost.model()).isEqualTo("heart");
              assertThat(lost.error()).contains("the server stopped before the job had ended");
            });
    assertThat(jobs.ended(JobState.LOST)).isEqualTo(2);
    assertThat(markers()).isEmpty();
    Job again = submit("running", DONE);
    assertThat(again.status().state()).as("sent again").isEqualTo(JobState.QUEUED);
    assertThat(jobs.list()).extracting(JobStatus::id).containsExactly("waiting", "running");
    assertThat(unfinished).doesNotExist();
    assertThat(repository.resolve("heart/1")).exists();
  }

  @Test
  void aJobOfAnotherServerThatIsAliveIsNotLost() throws IOException {
    submit("alive", DONE);
    assertThat(open().list()).isEmpty();
    assertThat(markers()).containsExactly("alive.properties");
  }

  @Test
  void whoWaitsForAChangeIsToldOfIt() throws Exception {
    Job job = submit("watched", DONE);
    JobStatus queued = job.status();
    assertThat(job.awaitChange(queued.revision(), Duration.ZERO)).isEqualTo(queued);
    Thread runner = Thread.ofVirtual().start(executor::runNext);
    JobStatus changed = job.awaitChange(queued.revision(), Duration.ofMinutes(1));
    assertThat(changed.revision()).isGreaterThan(queued.revision());
    runner.join();
    assertThat(job.status().state()).isEqualTo(JobState.SUCCEEDED);
  }
}
