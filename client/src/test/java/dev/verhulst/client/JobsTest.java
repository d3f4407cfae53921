package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.error.CallCancelledException;
import dev.verhulst.client.error.ConnectionException;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.jobs.CalibrationMethod;
import dev.verhulst.client.jobs.Job;
import dev.verhulst.client.jobs.JobFailedException;
import dev.verhulst.client.jobs.JobListener;
import dev.verhulst.client.jobs.JobProgress;
import dev.verhulst.client.jobs.JobResult;
import dev.verhulst.client.jobs.JobState;
import dev.verhulst.client.jobs.JobStatus;
import dev.verhulst.client.jobs.Solver;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Received;
import dev.verhulst.client.server.FakeServer.Reply;
import dev.verhulst.client.server.RawServer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs are sent, followed by their events, and end with a result or an exception. */
class JobsTest {

  private static final String QUEUED =
      "{\"id\":\"ID\",\"kind\":\"fit\",\"model_name\":\"heart\",\"state\":\"queued\",\"created\":\"now\"}";

  private static final String RUNNING =
      "{\"id\":\"ID\",\"kind\":\"fit\",\"model_name\":\"heart\",\"state\":\"running\",\"progress\":{\"label\":0,"
          + "\"labels\":1,\"iteration\":4,\"loss\":0.5,\"gradient_norm\":1e-3,\"tolerance\":1e-9,\"share\":0.5,"
          + "\"seconds_left\":2.5}}";

  private static final String SUCCEEDED =
      "{\"id\":\"ID\",\"kind\":\"fit\",\"model_name\":\"heart\",\"state\":\"succeeded\",\"result\":"
          + "{\"model_version\":\"3\",\"served\":true,\"converged\":false,\"log_loss\":1,\"warnings\":[\"slow\"]}}";

  private static final String FAILED =
      "{\"id\":\"ID\",\"kind\":\"fit\",\"model_name\":\"heart\",\"state\":\"failed\",\"error\":\"no"
          + " room\"}";

  private final FakeServer server = new FakeServer();
  private final VerhulstClient client = VerhulstClient.connect(server.url());

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private static String events(String... data) {
    StringBuilder events = new StringBuilder(":\n\n");
    for (String each : data) {
      events.append("id: 1\nevent: job\ndata: ").append(each).append("\n\n");
    }
    return events.toString();
  }

  private void answerEvents(String events) {
    server.behave(
        request ->
            request.path().endsWith("/events")
                ? Reply.text(200, events).with("Content-Type", "text/event-stream")
                : Reply.text(202, QUEUED));
  }

  /** Whoever closes the client need not wait for a training, and neither does who follows it. */
  @Test
  @Timeout(30)
  void closingTheClientGivesUpFollowing() {
    CountDownLatch never = new CountDownLatch(1);
    server.behave(
        request -> {
          if (request.path().endsWith("/events")) {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          return Reply.text(202, QUEUED);
        });
    VerhulstClient closing = VerhulstClient.connect(server.url());
    Job job =
        closing.logisticRegression("heart").fit(new double[][] {{1}, {2}}, new double[] {0, 1});
    while (server.received().size() < 2) {
      Thread.onSpinWait();
    }
    closing.close();
    assertThatThrownBy(job::await).isInstanceOf(CallCancelledException.class);
    never.countDown();
  }

  @Test
  void awaitingWhatIsNoLongerFollowed() {
    try (RawServer silent = new RawServer(RawServer::awaitEnd);
        VerhulstClient following = VerhulstClient.connect(silent.url())) {
      Job job = following.job("ID", status -> {});
      job.result().cancel(true);
      assertThatThrownBy(job::await).isInstanceOf(CallCancelledException.class);
    }
  }

  @Test
  void parametersMayBeOfAnyKindThatTheServerKnows() {
    answerEvents(events(SUCCEEDED));
    client
        .logisticRegression("heart")
        .parameter("max_iterations", 500)
        .parameter("c", 0.5f)
        .parameter("label_names", List.of("a"))
        .parameter("sample_weight", Tensor.of(new double[] {1, 2}, 2))
        .fit(new double[][] {{1}, {2}}, new double[] {0, 1})
        .await();
    assertThat(server.received().get(0).json())
        .contains("\"max_iterations\":500", "\"c\":0.5", "\"label_names\":[\"a\"]")
        .contains("{\"name\":\"sample_weight\",\"datatype\":\"FP64\"");
    assertThatThrownBy(() -> client.logisticRegression("heart").parameter("c", new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parameter 'c' must be a string, a boolean or a number");
  }

  @Test
  void aFitIsSentFollowedAndEndsWithItsResult() {
    answerEvents(events(QUEUED, RUNNING, SUCCEEDED));
    ConcurrentLinkedQueue<JobStatus> seen = new ConcurrentLinkedQueue<>();
    Job job =
        client
            .logisticRegression("heart")
            .c(Double.POSITIVE_INFINITY)
            .solver(Solver.NEWTON)
            .maxIterations(7)
            .featureNames("a", "b")
            .calibration(CalibrationMethod.PLATT, 0.25)
            .listener(seen::add)
            .fit(new double[][] {{1, 2}, {3, 4}}, new double[] {0, 1});
    assertThat(job.await()).isEqualTo(new JobResult("3", true, false, List.of("slow")));
    assertThat(seen)
        .extracting(JobStatus::state)
        .containsExactly(JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED);
    assertThat(seen.stream().skip(1).findFirst().flatMap(JobStatus::progress))
        .contains(
            new JobProgress(0, 1, 4, 0.5, 1e-3, 1e-9, 0.5, Optional.of(Duration.ofMillis(2500))));

    Received sent = server.received().get(0);
    assertThat(sent.method()).isEqualTo("POST");
    assertThat(sent.path()).isEqualTo("/v2/repository/models/heart/fit");
    assertThat(sent.json())
        .startsWith("{\"id\":\"" + job.id() + "\"")
        .contains("\"c\":\"Infinity\"", "\"solver\":\"newton\"", "\"max_iterations\":7")
        .contains("\"feature_names\":[\"a\",\"b\"]")
        .contains("\"calibration\":\"platt\"", "\"calibration_share\":0.25")
        .contains("{\"name\":\"x\",\"datatype\":\"FP64\",\"shape\":[2,2]")
        .contains("{\"name\":\"y\",\"datatype\":\"FP64\",\"shape\":[2]");
    ByteBuffer numbers = ByteBuffer.wrap(sent.binary()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(numbers.getDouble(8)).isEqualTo(2);
    assertThat(numbers.getDouble(40)).isEqualTo(1);
    assertThat(server.received().get(1).path()).isEqualTo("/v2/jobs/" + job.id() + "/events");
  }

  @Test
  void aJobThatFailsFailsItsResult() {
    answerEvents(events(RUNNING, FAILED));
    Job job = client.logisticRegression("heart").fitFile("train.csv", "label");
    assertThatThrownBy(job::await)
        .isInstanceOfSatisfying(
            JobFailedException.class,
            failed -> assertThat(failed.status().state()).isEqualTo(JobState.FAILED))
        .hasMessage("job ID on model 'heart' is FAILED: no room");
    assertThat(server.received().get(0).json())
        .contains("\"data\":\"train.csv\"", "\"labels\":[\"label\"]", "\"inputs\":[]");
  }

  @Test
  void whatTheServerRefusesIsWhatTheResultFailsWith() {
    server.reply(Reply.error(400, "label 'y' is 2.0 in row 1"));
    Job job =
        client
            .calibrate("heart", CalibrationMethod.TEMPERATURE)
            .version(4)
            .onScores(new double[] {1, 2}, new double[] {0, 2});
    assertThatThrownBy(job::await)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("label 'y' is 2.0 in row 1");
    Received sent = server.onlyRequest();
    assertThat(sent.path()).isEqualTo("/v2/repository/models/heart/calibrate");
    assertThat(sent.json())
        .contains("\"method\":\"temperature\"", "\"version\":4", "\"name\":\"scores\"");
  }

  @Test
  void eventsThatBreakOffAreNoEnd() {
    answerEvents(events(RUNNING));
    assertThatThrownBy(client.job("ID", JobListener.NONE)::await)
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("the events of the job ended before the job did");
    assertThat(server.received().get(0).path()).isEqualTo("/v2/jobs/ID");
  }

  @Test
  void aJobIsCancelledByItsId() throws Exception {
    answerEvents(events(SUCCEEDED));
    Job job = client.job("ID", JobListener.NONE);
    assertThat(job.cancel().get().state()).isEqualTo(JobState.QUEUED);
    assertThat(server.received())
        .anySatisfy(
            sent -> {
              assertThat(sent.method()).isEqualTo("DELETE");
              assertThat(sent.path()).isEqualTo("/v2/jobs/ID");
            });
    assertThat(job.status().get().model()).isEqualTo("heart");
  }

  @Test
  void rowsArePredicted() {
    server.reply(
        Reply.json(
            "{\"model_name\":\"heart\",\"model_version\":\"1\",\"outputs\":[{\"name\":\"probabilities\","
                + "\"datatype\":\"FP32\",\"shape\":[2,2],\"data\":[0.25,0.5,0.75,1]}]}"));
    assertThat(client.logisticRegression("heart").predict(new float[][] {{1, 2}, {3, 4}}))
        .isDeepEqualTo(new float[][] {{0.25f, 0.5f}, {0.75f, 1}});
    assertThat(server.onlyRequest().path()).isEqualTo("/v2/models/heart/infer");
    assertThat(server.onlyRequest().json()).contains("\"outputs\":[{\"name\":\"probabilities\"");
  }

  @Test
  void rowsOfDifferentLengthsAreNotSent() {
    assertThatThrownBy(
            () ->
                client
                    .logisticRegression("heart")
                    .fit(new double[][] {{1, 2}, {3}}, new double[] {0, 1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 1 has 1 columns; the rows before it have 2");
    assertThatThrownBy(() -> client.logisticRegression("heart").fit(new float[0][], new float[0]))
        .hasMessage("expected at least one row and one column");
    assertThat(server.received()).isEmpty();
  }
}
