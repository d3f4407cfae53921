package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.jobs.CalibrationMethod;
import dev.verhulst.client.jobs.Job;
import dev.verhulst.client.jobs.JobFailedException;
import dev.verhulst.client.jobs.JobListener;
import dev.verhulst.client.jobs.JobResult;
import dev.verhulst.client.jobs.JobState;
import dev.verhulst.client.jobs.JobStatus;
import dev.verhulst.client.jobs.Solver;
import dev.verhulst.heads.data.CsvTableReader;
import dev.verhulst.heads.data.Table;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Heads trained and calibrated on the packaged service, from Java: as scikit-learn has them. */
class JobsIT {

  private static final Path REFERENCE =
      Path.of("../heads/src/test/resources/dev/verhulst/heads").toAbsolutePath();

  @TempDir static Path repository;
  private static ServiceProcess service;
  private static VerhulstClient client;

  @BeforeAll
  static void start() {
    service = ServiceProcess.start(settings(repository));
    client = VerhulstClient.connect(service.url());
  }

  private static String[] settings(Path models) {
    return new String[] {
      "--verhulst.model-repository=" + models,
      "--verhulst.jobs.enabled=true",
      "--verhulst.jobs.data-directory=" + REFERENCE
    };
  }

  @AfterAll
  static void stop() {
    client.close();
    service.assertNoOpenLease();
    service.close();
  }

  private static JsonNode reference(String name) {
    return new ObjectMapper().readTree(REFERENCE.resolve(name).toFile());
  }

  private static double[] numbers(JsonNode array) {
    return array.valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }

  private static Table table(String name) throws IOException {
    return CsvTableReader.read(REFERENCE.resolve(name));
  }

  private static double[][] features(Table table, String label) {
    int at = table.columns().indexOf(label);
    double[][] features = new double[table.rows().length][];
    for (int row = 0; row < features.length; row++) {
      double[] all = table.rows()[row];
      features[row] =
          IntStream.range(0, all.length).filter(i -> i != at).mapToDouble(i -> all[i]).toArray();
    }
    return features;
  }

  private static JsonNode report(Job job) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create(service.url() + "/v2/jobs/" + job.id() + "/report"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return new ObjectMapper().readTree(response.body());
    }
  }

  @Test
  void breastCancerAgreesWithScikitLearnAndIsServed() throws Exception {
    JsonNode expected = reference("breast_cancer.logistic.json");
    Table table = table("breast_cancer.csv");
    double[][] features = features(table, "label");
    Queue<JobStatus> seen = new ConcurrentLinkedQueue<>();
    Job job =
        client
            .logisticRegression("breast_cancer")
            .solver(Solver.LBFGS)
            .listener(seen::add)
            .fit(features, table.column("label"));
    JobResult result = job.await();
    assertThat(result).isEqualTo(new JobResult("1", true, true, List.of()));
    assertThat(seen).last().extracting(JobStatus::state).isEqualTo(JobState.SUCCEEDED);

    JsonNode label = report(job).at("/fit/labels/0");
    assertThat(label.get("objective").asDouble())
        .isCloseTo(37.758945961875966, withinPercentage(1e-7));
    double[] coefficients = numbers(expected.get("coefficients"));
    assertThat(numbers(label.get("coefficients"))).containsExactly(coefficients, within(1e-5));

    double[][] probabilities = client.logisticRegression("breast_cancer").predict(features);
    double[] mean = numbers(expected.get("mean"));
    double[] scale = numbers(expected.get("scale"));
    for (int row = 0; row < features.length; row++) {
      double logit = expected.get("intercept").asDouble();
      for (int i = 0; i < mean.length; i++) {
        logit += coefficients[i] * (features[row][i] - mean[i]) / scale[i];
      }
      assertThat(probabilities[row][0]).isCloseTo(1 / (1 + Math.exp(-logit)), within(1e-5));
    }
  }

  @Test
  void digitsAreTenHeadsInOne() throws Exception {
    JsonNode expected = reference("digits.heads.json");
    Table table = table("digits.csv");
    double[] digits = table.column("digit");
    double[][] pixels = features(table, "digit");
    double[][] labels = new double[digits.length][10];
    for (int row = 0; row < digits.length; row++) {
      labels[row][(int) digits[row]] = 1;
      for (int pixel = 0; pixel < 64; pixel++) {
        pixels[row][pixel] /= 16;
      }
    }
    Job job = client.logisticRegression("digits").standardise(false).fit(pixels, labels);
    assertThat(job.await().converged()).isTrue();
    double sum = 0;
    JsonNode found = report(job).at("/fit/labels");
    assertThat(found).hasSize(10);
    for (int digit = 0; digit < 10; digit++) {
      JsonNode label = found.get(digit);
      sum += label.get("log_loss").asDouble();
      assertThat(numbers(label.get("coefficients")))
          .containsExactly(numbers(expected.get("weights").get(digit)), within(1e-5));
    }
    assertThat(sum).isCloseTo(614.2304558206463, withinPercentage(1e-5));

    double[][] probabilities = client.logisticRegression("digits").predict(pixels);
    for (int row = 0; row < 8; row++) {
      assertThat(probabilities[row])
          .containsExactly(numbers(expected.get("probabilities_first_8").get(row)), within(1e-5));
    }
  }

  @Test
  void aFileOfClassesMakesALabelOfEach() throws Exception {
    Job job = client.logisticRegression("classes").fitFileOfClasses("digits.csv", "digit");
    assertThat(job.await().served()).isTrue();
    JsonNode labels = report(job).at("/fit/labels");
    assertThat(labels).hasSize(10);
    assertThat(labels.get(3).get("name").stringValue()).isEqualTo("digit=3");
  }

  @Test
  void parquetAgreesWithScikitLearn() throws Exception {
    JsonNode expected = reference("breast_cancer.logistic.json");
    Job job = client.logisticRegression("parquet").fitFile("breast_cancer.parquet", "label");
    assertThat(job.await().served()).isTrue();
    JsonNode label = report(job).at("/fit/labels/0");
    assertThat(label.get("objective").asDouble())
        .isCloseTo(37.758945961875966, withinPercentage(1e-7));
    assertThat(numbers(label.get("coefficients")))
        .containsExactly(numbers(expected.get("coefficients")), within(1e-5));

    Job classes =
        client.logisticRegression("parquet_classes").fitFileOfClasses("digits.parquet", "digit");
    classes.await();
    assertThat(report(classes).at("/fit/labels")).hasSize(10);
    client
        .calibrate("parquet", CalibrationMethod.PLATT)
        .onFile("breast_cancer.parquet", "label")
        .await();
    assertThat(client.modelMetadata("parquet").versions()).containsExactly("2");
  }

  @Test
  void aHeadIsCalibratedAsTheReferenceIs() throws Exception {
    JsonNode expected = reference("breast_cancer.calibration.json");
    client.logisticRegression("calibrated").fitFile("breast_cancer.csv", "label").await();
    Tensor scores = vector(expected.get("scores"));
    Tensor labels = vector(expected.get("labels"));
    Job platt = client.calibrate("calibrated", CalibrationMethod.PLATT).onScores(scores, labels);
    assertThat(platt.await().modelVersion()).isEqualTo("2");
    JsonNode found = report(platt).at("/calibration/labels/0");
    assertThat(found.get("a").asDouble())
        .isCloseTo(expected.at("/platt/A").asDouble(), withinPercentage(1e-4));
    assertThat(found.get("b").asDouble())
        .isCloseTo(expected.at("/platt/B").asDouble(), withinPercentage(1e-4));

    Job temperature =
        client
            .calibrate("calibrated", CalibrationMethod.TEMPERATURE)
            .version(1)
            .onScores(scores, labels);
    temperature.await();
    assertThat(report(temperature).at("/calibration/labels/0/temperature").asDouble())
        .isCloseTo(expected.at("/temperature/T").asDouble(), withinPercentage(1e-4));
    assertThat(client.modelMetadata("calibrated").versions()).containsExactly("3");
  }

  private static Tensor vector(JsonNode array) {
    double[] values = numbers(array);
    return Tensor.of(values, values.length);
  }

  @Test
  void aRefusedJobSaysWhyInJava() {
    assertThatThrownBy(
            () ->
                client
                    .logisticRegression("refused")
                    .fit(new double[][] {{1}, {2}}, new double[] {0, 3})
                    .await())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("label 'y' is 3.0 in row 1; expected 0 or 1");
    try (VerhulstClient grpc = VerhulstClient.connect("grpc://localhost:" + service.grpcPort())) {
      assertThatThrownBy(
              () ->
                  grpc.logisticRegression("refused")
                      .fit(new double[][] {{1}, {2}}, new double[] {0, 1})
                      .await())
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("jobs are sent over HTTP");
    }
  }

  /** A fit that goes on until it is told to end: the tolerance is beyond what rounding allows. */
  private static Job endless(VerhulstClient to, String model, JobListener listener) {
    Random random = new Random(7);
    int rows = 20_000;
    int columns = 200;
    float[] features = new float[rows * columns];
    float[] labels = new float[rows];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian() * (1 + i % columns * i % columns);
    }
    for (int row = 0; row < rows; row++) {
      labels[row] = random.nextInt(2);
    }
    return to.logisticRegression(model)
        .solver(Solver.LBFGS)
        .standardise(false)
        .c(Double.POSITIVE_INFINITY)
        .tolerance(1e-300)
        .maxIterations(1_000_000)
        .listener(listener)
        .fit(Tensor.of(features, rows, columns), Tensor.of(labels, rows));
  }

  @Test
  void aJobIsCancelledWithinAnIteration() throws Exception {
    CountDownLatch iterating = new CountDownLatch(1);
    Job job =
        endless(
            client, "endless", status -> status.progress().ifPresent(_ -> iterating.countDown()));
    assertThat(iterating.await(60, TimeUnit.SECONDS)).isTrue();
    job.cancel().get();
    assertThatThrownBy(job::await)
        .isInstanceOfSatisfying(
            JobFailedException.class,
            failed -> assertThat(failed.status().state()).isEqualTo(JobState.CANCELLED));
    assertThat(repository.resolve("endless")).doesNotExist();
  }

  @Test
  void aKilledServerLosesItsJobAndServesTheOldVersion(@TempDir Path models) throws Exception {
    Table table = table("breast_cancer.csv");
    double[][] features = features(table, "label");
    String lost;
    double[][] before;
    try (ServiceProcess killed = ServiceProcess.start(settings(models));
        VerhulstClient to = VerhulstClient.connect(killed.url())) {
      to.logisticRegression("survivor").fit(features, table.column("label")).await();
      before = to.logisticRegression("survivor").predict(features);
      CountDownLatch iterating = new CountDownLatch(1);
      Job job =
          endless(
              to, "survivor", status -> status.progress().ifPresent(_ -> iterating.countDown()));
      assertThat(iterating.await(60, TimeUnit.SECONDS)).isTrue();
      lost = job.id();
      killed.process().destroyForcibly().waitFor();
    }
    try (ServiceProcess restarted = ServiceProcess.start(settings(models));
        VerhulstClient to = VerhulstClient.connect(restarted.url())) {
      assertThatThrownBy(() -> to.job(lost, JobListener.NONE).await())
          .isInstanceOfSatisfying(
              JobFailedException.class,
              failed -> assertThat(failed.status().state()).isEqualTo(JobState.LOST))
          .hasMessageContaining("the server stopped before the job had ended");
      assertThat(to.modelMetadata("survivor").versions()).containsExactly("1");
      assertThat(to.logisticRegression("survivor").predict(features)).isDeepEqualTo(before);
      assertThat(restarted.metrics().sum("verhulst_jobs_ended_total", "state=\"lost\""))
          .isEqualTo(1);
      assertThat(models.resolve(".jobs")).isEmptyDirectory();
    }
  }
}
