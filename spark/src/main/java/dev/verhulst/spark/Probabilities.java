package dev.verhulst.spark;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * A Spark job that reads Parquet files and writes their rows with one column more: {@code
 * probability}, the sigmoid of a column of logits. It is computed where the rows are, by the
 * kernels of the CPU, in FP64.
 */
public final class Probabilities {

  /** The column that is added. */
  public static final String PROBABILITY = "probability";

  private Probabilities() {}

  /**
   * Runs the job.
   *
   * @param arguments the Parquet files to read, the column with the logits, where to write (nothing
   *     may be there yet)
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println(
          "Three arguments are needed, the Parquet files to read, the column with the logits and"
              + " where to write; these were given: "
              + Arrays.toString(arguments));
      System.exit(2);
    }
    try (SparkSession session = SparkSession.builder().appName("probabilities").getOrCreate()) {
      Dataset<Row> rows = session.read().parquet(arguments[0]);
      of(rows, arguments[1]).write().parquet(arguments[2]);
    }
  }

  /**
   * Adds the probabilities to rows. Where there is no logit (null), there is no probability.
   *
   * @param column the name of the column with the logits: numbers of any type
   * @throws IllegalArgumentException where there is no such column, or the rows have a column
   *     {@value #PROBABILITY} already
   */
  public static Dataset<Row> of(Dataset<Row> rows, String column) {
    StructType schema = rows.schema();
    List<String> names = Arrays.asList(schema.fieldNames());
    if (!names.contains(column)) {
      throw new IllegalArgumentException(
          "there is no column %s; the columns are %s".formatted(column, names));
    }
    if (!(schema.apply(column).dataType() instanceof NumericType)) {
      throw new IllegalArgumentException(
          "column %s holds %s, where logits are numbers"
              .formatted(column, schema.apply(column).dataType().simpleString()));
    }
    if (names.contains(PROBABILITY)) {
      throw new IllegalArgumentException(
          "the rows have a column %s already: leave it out or rename it".formatted(PROBABILITY));
    }
    int index = names.indexOf(column);
    MapPartitionsFunction<Row, Row> sigmoids = partition -> new SigmoidRows(partition, index);
    return rows.mapPartitions(
        sigmoids, Encoders.row(schema.add(PROBABILITY, DataTypes.DoubleType, true)));
  }
}
