package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads are fitted, calibrated, saved, served and refused over HTTP. */
class JobsHttpTest {

  private static final String FIT = "/v2/repository/models/%s/fit";
  private static final String CALIBRATE = "/v2/repository/models/%s/calibrate";

  /** Six rows of two features, which do not separate the labels. */
  private static final String ROWS =
      "{'name': 'x', 'datatype': 'FP64', 'shape': [6, 2], 'data': [0, 1, 1, 0, 2, 1, 3, 0, 4, 1, 5,"
          + " 0]}";

  private static final String LABELS =
      "{'name': 'y', 'datatype': 'FP64', 'shape': [6], 'data': [0, 1, 0, 1, 0, 1]}";

  @TempDir static Path repository;
  @TempDir static Path data;
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    for (String name :
        List.of(
            "breast_cancer.csv",
            "breast_cancer.parquet",
            "types.parquet",
            "nulls.parquet",
            "text.parquet",
            "zstd.parquet",
            "no_rows.parquet",
            "many_rows.parquet")) {
      Files.copy(
          Path.of("../heads/src/test/resources/dev/verhulst/heads", name), data.resolve(name));
    }
    byte[] whole = Files.readAllBytes(data.resolve("breast_cancer.parquet"));
    Files.write(data.resolve("half.parquet"), Arrays.copyOf(whole, whole.length / 2));
    // The footer is whole, the pages are not.
    Arrays.fill(whole, 100, 50_000, (byte) 0);
    Files.write(data.resolve("holed.parquet"), whole);
    Files.writeString(data.resolve("empty.parquet"), "");
    Files.writeString(data.resolve("nan.csv"), "a,b,label\n1,2,0\n3,,1\n5,6,1\n");
    Files.writeString(data.resolve("text.csv"), "a,label\n1,0\ntwo,1\n");
    server =
        TestServer.start(
            "verhulst.model-repository=" + repository,
            "verhulst.jobs.enabled=true",
            "verhulst.jobs.memory-budget=16MB",
            "verhulst.jobs.data-directory=" + data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void nothingIsLent() throws InterruptedException {
    server.expectEverythingGivenBack();
  }

  private static RawHttp.Response post(String path, String json) throws IOException {
    return RawHttp.post(server.port(), path, "", json.replace('\'', '"'));
  }

  private static RawHttp.Response fit(String model, String json) throws IOException {
    return post(FIT.formatted(model), json);
  }

  private static JsonBody get(String path) throws IOException {
    RawHttp.Response response = RawHttp.get(server.port(), path);
    assertThat(response.status()).as(response.text()).isEqualTo(200);
    return JsonBody.of(response.text());
  }

  /** How an accepted job stands when it has ended: the stream of its events ends with it. */
  private static JsonBody ended(RawHttp.Response accepted) throws IOException {
    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    String id = JsonBody.of(accepted.text()).text("id");
    assertThat(accepted.headers().get("location")).isEqualTo("/v2/jobs/" + id);
    List<JsonBody> events = events(id);
    return events.getLast();
  }

  private static List<JsonBody> events(String id) throws IOException {
    RawHttp.Response stream = RawHttp.get(server.port(), "/v2/jobs/" + id + "/events");
    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.headers().get("content-type")).startsWith("text/event-stream");
    List<JsonBody> events = new ArrayList<>();
    List<String> names = new ArrayList<>();
    stream
        .text()
        .lines()
        .forEach(
            line -> {
              if (line.startsWith("data: ")) {
                events.add(JsonBody.of(line.substring(6)));
              } else if (line.startsWith("event: ")) {
                names.add(line.substring(7));
              }
            });
    assertThat(names).hasSameSizeAs(events);
    assertThat(names.getLast()).isEqualTo("end");
    assertThat(names.subList(0, names.size() - 1)).allMatch("job"::equals);
    return events;
  }

  @Test
  void aHeadIsFittedSavedServedAndAsked() throws IOException {
    RawHttp.Response accepted =
        fit(
            "small",
            "{'inputs': [%s, %s], 'parameters': {'c': 10, 'feature_names': ['a', 'b'], 'label_names': 'odd'}}"
                .formatted(ROWS, LABELS));
    JsonBody job = ended(accepted);
    assertThat(job.text("state")).as(job.toString()).isEqualTo("succeeded");
    assertThat(job.text("kind")).isEqualTo("fit");
    assertThat(job.text("model_name")).isEqualTo("small");
    JsonBody result = job.get("result");
    assertThat(result.text("model_version")).isEqualTo("1");
    assertThat(result.get("served").node().booleanValue()).isTrue();
    assertThat(result.get("converged").node().booleanValue()).isTrue();

    JsonBody report = get("/v2/jobs/" + job.text("id") + "/report").get("fit");
    assertThat(report.get("features").node().toString()).isEqualTo("[\"a\",\"b\"]");
    JsonBody label = report.get("labels").get(0);
    assertThat(label.text("name")).isEqualTo("odd");
    double[] logits = logits(report, label);

    RawHttp.Response answer =
        post(
            "/v2/models/small/infer",
            "{'inputs': [%s], 'outputs': [{'name': 'logits'}]}".formatted(ROWS));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    List<Double> served = JsonBody.of(answer.text()).get("outputs").get(0).doubles("data");
    for (int row = 0; row < logits.length; row++) {
      assertThat(served.get(row))
          .isCloseTo(logits[row], org.assertj.core.api.Assertions.within(1e-12));
    }
    assertThat(get("/v2/jobs").get("jobs").toString()).contains(job.text("id"));
  }

  /** What the report's numbers say of the rows. */
  private static double[] logits(JsonBody report, JsonBody label) {
    double[] features = {0, 1, 1, 0, 2, 1, 3, 0, 4, 1, 5, 0};
    List<Double> mean = report.doubles("mean");
    List<Double> scale = report.doubles("scale");
    List<Double> coefficients = label.doubles("coefficients");
    double[] logits = new double[6];
    for (int row = 0; row < 6; row++) {
      logits[row] = label.get("intercept").node().doubleValue();
      for (int i = 0; i < 2; i++) {
        logits[row] += coefficients.get(i) * (features[2 * row + i] - mean.get(i)) / scale.get(i);
      }
    }
    return logits;
  }

  @Test
  void aFileIsFittedCalibratedAndCalibratedAnew() throws IOException {
    JsonBody job =
        ended(
            fit(
                "from_file",
                "{'parameters': {'data': 'breast_cancer.csv', 'labels': 'label', 'calibration':"
                    + " 'platt', 'calibration_share': 0.25}}"));
    assertThat(job.text("state")).as(job.toString()).isEqualTo("succeeded");
    assertThat(job.get("progress").get("gradient_norm").node().doubleValue()).isLessThan(1e-9);
    JsonBody calibration =
        get("/v2/jobs/" + job.text("id") + "/report").get("calibration").get("labels").get(0);
    assertThat(calibration.text("method")).isEqualTo("platt");
    assertThat(calibration.get("a").node().doubleValue()).isNegative();
    int count = 0;
    for (var bin : calibration.get("after").get("bins").node()) {
      count += bin.get("count").intValue();
    }
    assertThat(count).as("a quarter of 569 rows").isEqualTo(142);

    JsonBody again =
        ended(
            post(
                CALIBRATE.formatted("from_file"),
                "{'parameters': {'method': 'isotonic', 'data': 'breast_cancer.csv', 'labels':"
                    + " ['label']}}"));
    assertThat(again.text("state")).as(again.toString()).isEqualTo("succeeded");
    assertThat(again.get("result").text("model_version")).isEqualTo("2");
    RawHttp.Response svg =
        RawHttp.get(server.port(), "/v2/jobs/" + again.text("id") + "/reliability/label");
    assertThat(svg.status()).isEqualTo(200);
    assertThat(svg.headers().get("content-type")).startsWith("image/svg+xml");
    assertThat(svg.text()).startsWith("<svg").contains("Reliability diagram");
    assertThat(repository.resolve("from_file/2/reliability.0.svg")).hasContent(svg.text());
    assertThat(
            RawHttp.get(server.port(), "/v2/jobs/" + again.text("id") + "/reliability/none")
                .error())
        .contains("has calibrated no label 'none', but [label]");
  }

  @Test
  void parquetIsFittedAndCalibratedAsCsvIs() throws IOException {
    List<JsonBody> reports = new ArrayList<>();
    for (String file : List.of("breast_cancer.csv", "breast_cancer.parquet")) {
      JsonBody job =
          ended(
              fit(
                  "either",
                  "{'parameters': {'data': '%1$s', 'labels': 'label', 'weights_datatype': 'FP64', 'calibration': 'platt', 'calibration_data': '%1$s'}}"
                      .formatted(file)));
      assertThat(job.text("state")).as(job.toString()).isEqualTo("succeeded");
      reports.add(get("/v2/jobs/" + job.text("id") + "/report"));
    }
    JsonBody csv = reports.getFirst();
    JsonBody parquet = reports.getLast();
    assertThat(parquet.get("fit").get("features").node())
        .isEqualTo(csv.get("fit").get("features").node());
    assertClose(
        parquet.get("fit").get("labels").get(0).doubles("coefficients"),
        csv.get("fit").get("labels").get(0).doubles("coefficients"));

    List<JsonBody> calibrations = new ArrayList<>();
    for (String file : List.of("breast_cancer.csv", "breast_cancer.parquet")) {
      JsonBody job =
          ended(
              post(
                  CALIBRATE.formatted("either"),
                  "{'parameters': {'method': 'platt', 'version': 1, 'data': '%s', 'labels': 'label'}}"
                      .formatted(file)));
      assertThat(job.text("state")).as(job.toString()).isEqualTo("succeeded");
      calibrations.add(
          get("/v2/jobs/" + job.text("id") + "/report").get("calibration").get("labels").get(0));
    }
    assertThat(calibrations.getLast()).hasToString(calibrations.getFirst().toString());
  }

  private static void assertClose(List<Double> found, List<Double> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i))
          .isCloseTo(expected.get(i), org.assertj.core.api.Assertions.within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"int32", "int64", "float", "double", "boolean"})
  void labelsOfParquetAreOfAnyType(String type) throws IOException {
    JsonBody job =
        ended(
            fit(
                "typed",
                "{'parameters': {'data': 'types.parquet', 'labels': 'label_%s'}}".formatted(type)));
    assertThat(job.text("state")).as(job.toString()).isEqualTo("succeeded");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nulls.parquet | label | feature 'a' is NaN in row 1; expected a finite number",
        "nulls.parquet | other | label 'other' is NaN in row 2; expected 0 or 1",
        "no_rows.parquet | label | training needs at least one row, one feature and one label, got"
            + " 0, 1 and 1",
        "holed.parquet | label | holed.parquet is broken, or no Parquet file: ",
      })
  void whatReadingParquetShowsFailsTheJob(String file, String label, String error)
      throws IOException {
    JsonBody job =
        ended(fit("bad", "{'parameters': {'data': '%s', 'labels': '%s'}}".formatted(file, label)));
    assertThat(job.text("state")).isEqualTo("failed");
    assertThat(job.text("error")).startsWith(error);
    assertThat(repository.resolve("bad")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text.parquet | text.parquet: column 'city' is of the type BYTE_ARRAY (STRING); expected",
        "zstd.parquet | zstd.parquet: column 'a' is compressed by ZSTD; expected SNAPPY",
        "half.parquet | half.parquet is broken, or no Parquet file: ",
        "empty.parquet | empty.parquet is broken, or no Parquet file: ",
        "breast_cancer.parquet | there is no column 'y'; there are [x0, x1,",
        "../x.parquet | leads out of the data directory",
      })
  void badParquetIsRefused(String file, String error) throws IOException {
    for (RawHttp.Response refused :
        List.of(
            fit("bad", "{'parameters': {'data': '%s', 'labels': 'y'}}".formatted(file)),
            fit("bad", "{'parameters': {'data': '%s', 'classes': 'y'}}".formatted(file)))) {
      assertThat(refused.status()).as(refused.text()).isEqualTo(400);
      assertThat(refused.error()).contains(error);
    }
  }

  @Test
  void parquetBeyondTheMemoryBudgetIsRefusedByItsFooter() throws IOException {
    String budget = "needs about \\d+ MiB of memory, the budget is 16 MiB;.*";
    assertThat(fit("bad", "{'parameters': {'data': 'many_rows.parquet', 'labels': 'label'}}"))
        .satisfies(
            refused -> {
              assertThat(refused.status()).isEqualTo(400);
              assertThat(refused.error()).matches("training " + budget);
            });
    assertThat(
            fit(
                    "bad",
                    "{'parameters': {'data': 'breast_cancer.csv', 'labels': 'label', 'calibration':"
                        + " 'platt', 'calibration_data': 'many_rows.parquet'}}")
                .error())
        .matches("training " + budget);
    ended(
        fit(
            "large",
            "{'inputs': [%s, %s], 'parameters': {'feature_names': ['a', 'b']}}"
                .formatted(ROWS, LABELS)));
    assertThat(
            post(
                    CALIBRATE.formatted("large"),
                    "{'parameters': {'method': 'platt', 'data': 'many_rows.parquet', 'labels':"
                        + " 'label'}}")
                .error())
        .matches("the calibration " + budget);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[0, 1, 2, 1, 0, 1] | label 'y' is 2.0 in row 2; expected 0 or 1",
        "[0, 1, NaN, 1, 0, 1] | label 'y' is NaN in row 2; expected 0 or 1",
        "[1, 1, 1, 1, 1, 1] | label 'y' is 1 in all 6 rows; a head needs examples of both 0 and 1",
      })
  void labelsThatAreNoneAreRefused(String labels, String error) throws IOException {
    assertThat(
            fit(
                    "bad",
                    "{'inputs': [%s, {'name': 'y', 'datatype': 'FP64', 'shape': [6], 'data': %s}]}"
                        .formatted(ROWS, labels))
                .error())
        .isEqualTo(error);
    assertThat(repository.resolve("bad")).doesNotExist();
  }

  @Test
  void aFeatureThatIsNotFiniteIsRefusedWithItsRow() throws IOException {
    RawHttp.Response refused =
        fit(
            "bad",
            "{'inputs': [%s, %s], 'parameters': {'feature_names': ['a', 'b']}}"
                .formatted(ROWS.replace("4, 1, 5", "4, NaN, 5"), LABELS));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error()).isEqualTo("feature 'b' is NaN in row 4; expected a finite number");

    JsonBody job = ended(fit("bad", "{'parameters': {'data': 'nan.csv', 'labels': 'label'}}"));
    assertThat(job.text("state")).isEqualTo("failed");
    assertThat(job.text("error"))
        .isEqualTo("feature 'b' is NaN in row 1; expected a finite number");
    assertThat(RawHttp.get(server.port(), "/v2/jobs/" + job.text("id") + "/report").error())
        .contains("has no report, since it has not succeeded: it is failed");
  }

  @Test
  void aConstantFeatureIsSaid() throws IOException {
    String constant =
        ROWS.replaceAll("'data': .*", "'data': [0, 7, 1, 7, 2, 7, 3, 7, 4, 7, 5, 7]}");
    JsonBody job = ended(fit("constant", "{'inputs': [%s, %s]}".formatted(constant, LABELS)));
    assertThat(job.text("state")).isEqualTo("succeeded");
    assertThat(job.get("result").get("warnings").toString())
        .contains("label 'y': feature 'x1' is constant");
  }

  @Test
  void perfectSeparationWithoutAPenaltyStopsWithAFiniteAnswer() throws IOException {
    String separated = LABELS.replaceAll("'data': .*", "'data': [0, 0, 0, 1, 1, 1]}");
    JsonBody job =
        ended(
            fit(
                "separated",
                "{'inputs': [%s, %s], 'parameters': {'c': 'Infinity'}}"
                    .formatted(ROWS, separated)));
    assertThat(job.text("state")).isEqualTo("succeeded");
    assertThat(job.get("result").get("converged").node().booleanValue()).isFalse();
    assertThat(job.get("result").get("warnings").toString())
        .contains("the features separate the labels perfectly");
    JsonBody label = get("/v2/jobs/" + job.text("id") + "/report").get("fit").get("labels").get(0);
    assertThat(label.doubles("coefficients")).allMatch(Double::isFinite);
  }

  @Test
  void whatIsBeyondTheMemoryBudgetIsRefusedBeforeItIsRead() throws IOException {
    RawHttp.Response refused =
        RawHttp.post(
            server.port(),
            FIT.formatted("large"),
            "",
            """
            {"inputs": [{"name": "x", "datatype": "FP32", "shape": [1000000, 30], "data": []},
            {"name": "y", "datatype": "FP32", "shape": [1000000], "data": []}]}\
            """);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error())
        .matches(
            "training needs about \\d+ MiB of memory, the budget is 16 MiB;"
                + " .*verhulst.jobs.memory-budget.*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'parameters': {'data': '../x.csv', 'labels': 'y'}} | leads out of the data directory",
        "{'parameters': {'data': 'no.csv', 'labels': 'y'}} | there is no file 'no.csv'",
        "{'parameters': {'data': 'nan.csv', 'labels': 'y'}} | there is no column 'y'; there are [a,"
            + " b, label]",
        "{'parameters': {'data': 'nan.csv', 'labels': 'label', 'weight': 'label'}} | are the"
            + " columns [label, label] of [a, b, label]; expected each once",
        "{'parameters': {'data': 'nan.csv', 'labels': ['a', 'b', 'label']}} | and at least one"
            + " more, of features",
        "{'parameters': {'data': 'nan.csv'}} | needs either 'labels'",
        "{'parameters': {'c': -1}, 'inputs': [X, Y]} | c must be above 0, got -1.0",
        "{'parameters': {'c': 'much'}, 'inputs': [X, Y]} | parameter 'c' must be a number, got"
            + " 'much'",
        "{'parameters': {'solver': 'sgd'}, 'inputs': [X, Y]} | must be one of automatic, newton,"
            + " lbfgs, got 'sgd'",
        "{'parameters': {'speed': 1}, 'inputs': [X, Y]} | unknown parameter 'speed'",
        "{'parameters': {'calibration': 'platt'}, 'inputs': [X, Y]} | a calibration needs rows that"
            + " were not trained on",
        "{'parameters': {'label_names': ['a', 'b']}, 'inputs': [X, Y]} | gives 2 names; expected 1",
        "{'inputs': [X]} | input 'y' is missing; expected [rows] or [rows, labels]",
        "{'inputs': [X, {'name': 'y', 'datatype': 'FP64', 'shape': [2], 'data': [0, 1]}]} | input"
            + " 'y' has 2 rows; expected 6",
        "{'inputs': [X, {'name': 'y', 'datatype': 'FP32', 'shape': [6], 'data': [0, 1, 0, 1, 0,"
            + " 1]}]} | expected one datatype for all",
        "{'inputs': [X, {'name': 'z', 'datatype': 'FP64', 'shape': [6], 'data': [0, 1, 0, 1, 0,"
            + " 1]}]} | unexpected input 'z'",
        "{'outputs': []} | unknown key 'outputs' of a job's request",
        "[] | expected an object, got an array",
      })
  void badRequestsAreRefused(String json, String error) throws IOException {
    RawHttp.Response refused = fit("bad", json.replace("X", ROWS).replace("Y", LABELS));
    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
    assertThat(refused.error()).contains(error);
  }

  @Test
  void namesThatNoModelCanHaveAreRefused() throws IOException {
    String longest = "n".repeat(256);
    String error =
        "'nnnnnnnnnnnnnnnn...' is a name of 257 characters; expected at most 256: choose a";
    for (String parameter : List.of("'label_names': '%s'", "'feature_names': ['a', '%s']")) {
      String request = "{'inputs': [%s, %s], 'parameters': {%s}}";
      RawHttp.Response refused =
          fit("named", request.formatted(ROWS, LABELS, parameter.formatted(longest + "n")));
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.error()).startsWith(error);
      assertThat(
              ended(fit("named", request.formatted(ROWS, LABELS, parameter.formatted(longest))))
                  .text("state"))
          .isEqualTo("succeeded");
    }
    String rows = "\n0,1,0\n1,0,1\n2,1,0\n3,0,1\n4,1,1\n";
    Files.writeString(data.resolve("long.csv"), "a," + longest + "n,y" + rows);
    assertThat(fit("named", "{'parameters': {'data': 'long.csv', 'labels': 'y'}}").error())
        .startsWith(error);
    Files.writeString(data.resolve("long.csv"), "a,b," + longest + rows);
    JsonBody job =
        ended(
            fit(
                "named",
                "{'parameters': {'data': 'long.csv', 'classes': '%s'}}".formatted(longest)));
    assertThat(job.text("state")).isEqualTo("failed");
    assertThat(job.text("error")).contains("is a name of 258 characters; expected at most 256");
  }

  /** YAML has characters of its own that end a line, or are none; a name may have any. */
  @Test
  void namesAreSavedWhateverTheyHold() throws IOException {
    String request =
        "{'inputs': [%s, %s], 'parameters': {'feature_names': ['a\\u007f\\u0085', '\\u2028ä: #']}}";
    assertThat(ended(fit("odd", request.formatted(ROWS, LABELS))).text("state"))
        .isEqualTo("succeeded");
    assertThat(Files.readString(repository.resolve("odd/1/config.yaml")))
        .contains("[\"a\\u007f\\u0085\", \"\\u2028\\u00e4: #\"]");
  }

  /** In its place it would be the one that the next start wants, and cannot serve. */
  @Test
  void aVersionThatCannotBeServedIsSetAside() throws IOException {
    Path model = Files.createDirectories(repository.resolve("broken"));
    Files.writeString(
        model.resolve("config.yaml"), "operator: logistic_head\nbatching: {max_batch_size: 0}\n");
    JsonBody job = ended(fit("broken", "{'inputs': [%s, %s]}".formatted(ROWS, LABELS)));
    assertThat(job.text("state")).isEqualTo("failed");
    assertThat(job.text("error"))
        .startsWith("version 1 cannot be served, and is set aside as .unserved-1: ")
        .contains("max-batch-size must be at least 1, got 0");
    assertThat(model.resolve(".unserved-1/model.safetensors")).exists();
    assertThat(model.resolve("1")).doesNotExist();
  }

  @Test
  void aCalibrationIsForTheSameLabelsInTheSameOrder() throws IOException {
    Files.writeString(data.resolve("two.csv"), "x,p,q\n0,0,1\n1,1,0\n2,0,1\n3,1,0\n4,1,0\n");
    ended(fit("two", "{'parameters': {'data': 'two.csv', 'labels': ['p', 'q']}}"));
    JsonBody job =
        ended(
            post(
                CALIBRATE.formatted("two"),
                "{'parameters': {'method': 'platt', 'data': 'two.csv', 'labels': ['q', 'p']}}"));
    assertThat(job.text("state")).isEqualTo("failed");
    assertThat(job.text("error"))
        .isEqualTo(
            "the calibration data have the labels [q, p]; expected those of the model, in their"
                + " order: [p, q]");
  }

  @Test
  void aJobsTensorsHaveAShareOfTheMemoryOfRequests() throws IOException {
    try (TestServer small =
        TestServer.start(
            "verhulst.model-repository=" + repository,
            "verhulst.jobs.enabled=true",
            "verhulst.jobs.tensor-budget=128B")) {
      String request = "{'inputs': [%s, %s]}".formatted(ROWS, LABELS).replace('\'', '"');
      RawHttp.Response refused = RawHttp.post(small.port(), FIT.formatted("crowded"), "", request);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.error())
          .contains("bytes of tensor memory, more than the 128 that jobs may have")
          .contains("verhulst.jobs.tensor-budget");
      assertThat(
              RawHttp.post(
                      small.port(),
                      "/v2/models/sigmoid/infer",
                      "",
                      request.replace("FP64", "FP32").replaceAll(", \\{\"name\": \"y\".*", "]}"))
                  .status())
          .as("inference goes on")
          .isEqualTo(200);
      small.expectEverythingGivenBack();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aModelOfAnotherKindIsLeftAlone() throws IOException {
    Path leaky = Files.createDirectories(repository.resolve("leaky"));
    Files.writeString(leaky.resolve("config.yaml"), "operator: leaky_relu\n");
    String request = "{'inputs': [%s, %s]}".formatted(ROWS, LABELS);
    assertThat(fit("leaky", request).error()).contains("is the configuration of another operator");
    assertThat(fit("sigmoid", request).error()).contains("the name of a built-in model");
    assertThat(fit(".hidden", request).error()).contains("a model cannot be named '.hidden'");
    assertThat(post(CALIBRATE.formatted("leaky"), "{'parameters': {'method': 'platt'}}").error())
        .contains("is no head: its operator is leaky_relu");
    try (Stream<Path> files = Files.list(leaky)) {
      assertThat(files).containsExactly(leaky.resolve("config.yaml"));
    }
  }

  @Test
  void aRequestSentTwiceIsOneJob() throws IOException {
    String request = "{'id': 'once', 'inputs': [%s, %s]}".formatted(ROWS, LABELS);
    assertThat(ended(fit("twice", request)).text("id")).isEqualTo("once");
    assertThat(ended(fit("twice", request)).get("result").text("model_version")).isEqualTo("1");
    RawHttp.Response cancelled =
        RawHttp.exchange(server.port(), "DELETE", "/v2/jobs/once", "", new byte[0]);
    assertThat(JsonBody.of(cancelled.text()).text("state"))
        .as("it had ended")
        .isEqualTo("succeeded");
  }

  @Test
  void withoutTheSwitchThereAreNoJobs() throws IOException {
    try (TestServer plain = TestServer.start("verhulst.model-repository=" + repository)) {
      RawHttp.Response refused = RawHttp.post(plain.port(), FIT.formatted("small"), "", "{}");
      assertThat(refused.status()).isEqualTo(501);
      assertThat(refused.error()).contains("verhulst.jobs.enabled");
      assertThat(RawHttp.get(plain.port(), "/v2/jobs").status()).isEqualTo(501);
    }
  }
}
