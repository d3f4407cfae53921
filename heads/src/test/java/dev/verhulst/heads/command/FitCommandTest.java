package dev.verhulst.heads.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.heads.Reference;
import dev.verhulst.heads.calibration.Platt;
import dev.verhulst.heads.head.HeadFile;
import dev.verhulst.heads.head.HeadModel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class FitCommandTest {

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @Test
  void fitsCalibratesAndSavesVersions() throws Exception {
    String data = Reference.path("breast_cancer.csv").toString();
    assertThat(fitTumours(data, "--quiet", "--coefficients")).as(errors.toString()).isZero();
    assertThat(out.toString())
        .contains(
            "label: objective 37.75894596",
            ", sum of log loss 30.37996",
            "converged",
            "Saved as",
            "(intercept)",
            "±");
    calibrate(data, "platt");
    assertThat(out.toString()).contains("before mean log loss ", "expected calibration error");

    Path model = directory.resolve("models/tumours");
    assertThat(Files.readString(model.resolve("config.yaml")))
        .isEqualTo("operator: logistic_head\n");
    assertThat(Files.readString(model.resolve("1/config.yaml")))
        .startsWith("parameters:\n  label_names: [\"label\"]\n  feature_names: [\"x0\", \"x1\",");
    HeadModel first = HeadFile.read(model.resolve("1/model.safetensors"));
    assertThat(first.calibrations()).isNull();
    assertThat(first.features()).isEqualTo(30);
    HeadModel second = HeadFile.read(model.resolve("2/model.safetensors"));
    assertThat(second.calibrations()).singleElement().isInstanceOf(Platt.class);
    assertThat(model.resolve("2/reliability.0.svg")).exists();
    try (var files = Files.list(model)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("config.yaml", "1", "2");
    }
  }

  @Test
  void fitsToParquetAsToCsv() throws Exception {
    Path model = directory.resolve("models/tumours");
    for (String data : new String[] {"breast_cancer.csv", "breast_cancer.parquet"}) {
      calibrate(Reference.path(data).toString(), "isotonic");
    }
    HeadModel csv = HeadFile.read(model.resolve("1/model.safetensors"));
    HeadModel parquet = HeadFile.read(model.resolve("2/model.safetensors"));
    assertThat(parquet.weights()).containsExactly(csv.weights());
    assertThat(parquet.bias()).containsExactly(csv.bias());
    assertThat(parquet.calibrations()).hasSameSizeAs(csv.calibrations());
    assertThat(model.resolve("2/config.yaml"))
        .hasSameBinaryContentAs(model.resolve("1/config.yaml"));
  }

  @Test
  void saysInOneLineWhatIsWrongWithParquet() {
    fails("feature 'a' is NaN in row 1; expected a finite number", "nulls.parquet", "label");
    fails("label 'other' is NaN in row 2; expected 0 or 1", "nulls.parquet", "other");
    fails("there is no column 'z'; there are [a, b, label, other]", "nulls.parquet", "z");
    fails(
        "training needs at least one row, one feature and one label, got 0, 1 and 1",
        "no_rows.parquet",
        "label");
    fails("no_columns.parquet: there are no columns", "no_columns.parquet", "label");
  }

  private void fails(String message, String data, String label) {
    fails(message, Reference.path(data), label);
  }

  @Test
  void saysInOneLineWhatIsWrong() throws Exception {
    Path data = directory.resolve("bad.csv");
    Files.writeString(data, "x,y\n1,0\n2,3\n");
    fails("label 'y' is 3.0 in row 1; expected 0 or 1", data, "y");
    fails("there is no column 'z'; there are [x, y]", data, "z");
    Files.writeString(data, "x,y\n1,0\nabc,1\n");
    fails("bad.csv, line 3: 'abc' in column 'x' is no number", data, "y");
    Files.writeString(data, "x,y\n1,0\n2\n");
    fails("bad.csv: Record 3 has 1 fields, but first record had 2 fields", data, "y");
    Files.writeString(data, "x,y\n1,0\n,1\n");
    fails("feature 'x' is NaN in row 1; expected a finite number", data, "y");
    Files.writeString(data, "x,x\n1,0\n");
    fails("bad.csv, line 1: a column is named twice in [x, x]", data, "x");
    Files.writeString(data, "");
    fails("bad.csv, line 1: there are no names of columns", data, "x");
  }

  @Test
  void saysWhereItLookedForAFileThatIsNotThere() {
    String reason = "there is no file %s; %s expects the path of a Parquet or CSV file";
    Path missing = directory.resolve("missing.csv");
    fails(reason.formatted(missing, "--data"), missing, "y");
    fails(reason.formatted(directory, "--data"), directory, "y");
    errors.getBuffer().setLength(0);
    String data = Reference.path("breast_cancer.csv").toString();
    String[] calibration = {"--calibrate", "platt", "--calibration-data", missing.toString()};
    assertThat(fitTumours(data, calibration)).isEqualTo(1);
    assertThat(errors.toString()).contains(reason.formatted(missing, "--calibration-data"));
  }

  /** Of other columns, or the same in another order, each weight would meet another feature. */
  @Test
  void calibratesWithTheSameColumnsOnly() throws Exception {
    Path data = directory.resolve("abc.csv");
    Path other = directory.resolve("bac.csv");
    Files.writeString(data, "a,b,y\n1,2,0\n2,1,1\n3,0,0\n4,3,1\n");
    Files.writeString(other, "b,a,y\n2,1,0\n1,2,1\n0,3,0\n3,4,1\n");
    assertThat(
            run(
                "--data",
                data.toString(),
                "--label",
                "y",
                "--name",
                "abc",
                "--quiet",
                "--calibrate",
                "platt",
                "--calibration-data",
                other.toString()))
        .isEqualTo(1);
    assertThat(errors.toString())
        .contains("the calibration data have the features [b, a]; expected those of the model");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "operator: 'logistic_head'",
        "operator: logistic_head # ours",
        "{\"version_policy\": \"all\", \"operator\": \"logistic_head\"}",
        "{\n  \"operator\" : \"logistic_head\"\n}"
      })
  void savesBesideAConfigurationOfItsOwnOperator(String configuration) throws Exception {
    Path model = Files.createDirectories(directory.resolve("models/tumours"));
    Files.writeString(model.resolve("config.yaml"), configuration);
    String data = Reference.path("breast_cancer.csv").toString();
    assertThat(fitTumours(data, "--quiet")).as(errors.toString()).isZero();
    assertThat(model.resolve("config.yaml")).hasContent(configuration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "operator: sigmoid\n",
        "operator: tanh # not operator: logistic_head",
        "# operator: logistic_head\noperator: elu"
      })
  void leavesAnotherOperatorsModelAlone(String configuration) throws Exception {
    Path model = Files.createDirectories(directory.resolve("models/other"));
    Files.writeString(model.resolve("config.yaml"), configuration);
    String data = Reference.path("breast_cancer.csv").toString();
    assertThat(run("--data", data, "--label", "label", "--name", "other", "--quiet")).isEqualTo(1);
    assertThat(errors.toString()).contains("is the configuration of another operator");
    assertThat(run("--data", data, "--label", "label", "--name", "../x", "--quiet")).isEqualTo(1);
    assertThat(errors.toString()).contains("a model cannot be named '../x'");
  }

  private void fails(String message, Path data, String label) {
    errors.getBuffer().setLength(0);
    assertThat(run("--data", data.toString(), "--label", label, "--name", "m", "--quiet"))
        .isEqualTo(1);
    assertThat(errors.toString().strip()).isEqualTo("fit: " + message);
  }

  /** Fits to a file in FP64 and calibrates on the same. */
  private void calibrate(String data, String method) {
    assertThat(fitTumours(data, "--type", "F64", "--calibrate", method, "--calibration-data", data))
        .as(errors.toString())
        .isZero();
  }

  private int fitTumours(String data, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--data", data, "--label", "label", "--name", "tumours"));
    Collections.addAll(arguments, more);
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    CommandLine command =
        FitCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(errors, true));
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--repository";
    all[arguments.length + 1] = directory.resolve("models").toString();
    return command.execute(all);
  }
}
