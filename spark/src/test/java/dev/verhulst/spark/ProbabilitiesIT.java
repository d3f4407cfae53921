package dev.verhulst.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on Parquet files, in Spark's local mode: in this JVM, and as the script starts it. */
class ProbabilitiesIT {

  private static final Path PROJECT = Path.of("..");
  private static final Path PATIENTS = PROJECT.resolve("examples/breast_cancer");
  private static final double ULPS = 4;

  private static SparkSession spark;
  @TempDir private Path directory;

  @BeforeAll
  static void startSpark() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.log.level", "WARN")
            .config("spark.driver.host", "localhost")
            .config("spark.sql.shuffle.partitions", 2)
            .getOrCreate();
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void everyRowOfEveryPartitionGetsItsProbability() {
    // Three partitions, of which none is a whole number of batches.
    int count = 5 * SigmoidRows.BATCH + 3;
    SplittableRandom random = new SplittableRandom(1);
    List<Row> rows =
        IntStream.range(0, count)
            .mapToObj(i -> RowFactory.create(i, i % 7 == 0 ? null : 40 * random.nextDouble() - 20))
            .toList();
    Dataset<Row> read = writeAndRead(rows, DataTypes.DoubleType, 3);
    List<Row> answered = Probabilities.of(read, "logit").orderBy("id").collectAsList();
    assertThat(answered).hasSize(count);
    for (int i = 0; i < count; i++) {
      Row row = answered.get(i);
      assertThat(row.getInt(0)).isEqualTo(i);
      assertThat(row.<@Nullable Object>getAs(1)).isEqualTo(rows.get(i).get(1));
      if (row.isNullAt(1)) {
        assertThat(row.isNullAt(2)).isTrue();
      } else {
        double expected = 1 / (1 + StrictMath.exp(-row.getDouble(1)));
        assertThat(row.getDouble(2)).isCloseTo(expected, within(ULPS * Math.ulp(expected)));
      }
    }
  }

  @Test
  void floatsAndWholeNumbersAreLogitsToo() {
    Row infinite = RowFactory.create(1, Float.POSITIVE_INFINITY);
    Row none = RowFactory.create(2, Float.NaN);
    List<Row> floats = List.of(RowFactory.create(0, 0f), infinite, none);
    assertThat(probabilities(writeAndRead(floats, DataTypes.FloatType, 1)))
        .containsExactly(0.5, 1.0, Double.NaN);
    List<Row> integers = List.of(RowFactory.create(0, -1000), RowFactory.create(1, 1000));
    assertThat(probabilities(writeAndRead(integers, DataTypes.IntegerType, 1)))
        .containsExactly(0.0, 1.0);
  }

  @Test
  void itSaysWhichColumnsThereAre() {
    Dataset<Row> rows = spark.range(3).toDF("logit");
    assertThatThrownBy(() -> Probabilities.of(rows, "score"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no column score; the columns are [logit]");
    assertThatThrownBy(() -> Probabilities.of(rows.selectExpr("'a' AS logit"), "logit"))
        .hasMessage("column logit holds string, where logits are numbers");
    assertThatThrownBy(() -> Probabilities.of(Probabilities.of(rows, "logit"), "logit"))
        .hasMessageContaining("have a column probability already");
  }

  /** The command of docs/scaling.md. */
  @Test
  void theScriptComputesTheProbabilitiesOfTheExample() throws Exception {
    Path answers = directory.resolve("probabilities.parquet");
    Path log = directory.resolve("log");
    Process script =
        new ProcessBuilder(
                "spark/probabilities",
                "examples/breast_cancer/logits.parquet",
                "logit",
                answers.toString())
            .directory(PROJECT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(script.waitFor()).as(Files.readString(log)).isZero();
    List<Row> rows = spark.read().parquet(answers.toString()).orderBy("patient").collectAsList();
    assertThat(rows).hasSize(569);
    for (Row row : rows) {
      double expected = row.<Double>getAs("expected");
      assertThat(row.<Double>getAs(Probabilities.PROBABILITY))
          .isCloseTo(expected, within(ULPS * Math.ulp(expected)));
    }
  }

  /** The example in Parquet holds what the one in CSV does. */
  @Test
  void theExampleInParquetIsThatInCsv() {
    Dataset<Row> rows = spark.read().parquet(PATIENTS.resolve("logits.parquet").toString());
    Dataset<Row> lines =
        spark
            .read()
            .option("header", true)
            .option("enforceSchema", false)
            .schema(rows.schema())
            .csv(PATIENTS.resolve("logits.csv").toString());
    assertThat(rows.orderBy("patient").collectAsList()).isEqualTo(lines.collectAsList());
  }

  private Dataset<Row> writeAndRead(
      List<Row> rows, org.apache.spark.sql.types.DataType logits, int partitions) {
    StructType schema =
        new StructType().add("id", DataTypes.IntegerType).add("logit", logits, true);
    String file = directory.resolve("logits-" + logits.simpleString()).toString();
    spark.createDataFrame(rows, schema).repartition(partitions).write().parquet(file);
    return spark.read().parquet(file);
  }

  private static List<Double> probabilities(Dataset<Row> rows) {
    return Probabilities.of(rows, "logit").orderBy("id").collectAsList().stream()
        .map(row -> row.getDouble(2))
        .toList();
  }
}
