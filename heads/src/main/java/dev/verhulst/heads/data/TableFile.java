package dev.verhulst.heads.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A file that holds a table of numbers: Parquet where its name ends in {@code .parquet}, CSV
 * otherwise.
 */
public record TableFile(Path path) {

  private boolean isParquet() {
    return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT).endsWith(".parquet");
  }

  /**
   * The names of its columns.
   *
   * @throws IllegalArgumentException where it has none, or Parquet has one that holds no numbers
   * @throws IOException where it cannot be read
   */
  public List<String> columns() throws IOException {
    return isParquet() ? ParquetTableReader.columns(path) : CsvTableReader.columns(path);
  }

  /**
   * How many rows there are at most, told without reading the table: of CSV as many as there are
   * lines behind the first.
   *
   * @throws IllegalArgumentException where Parquet is broken
   * @throws IOException where it cannot be read
   */
  public long rows() throws IOException {
    return isParquet() ? ParquetTableReader.rows(path) : CsvTableReader.rows(path);
  }

  /**
   * Reads it. A value that is missing, an empty field or a null, is NaN.
   *
   * @throws IllegalArgumentException where it is no table of numbers; the message names the line or
   *     the column
   * @throws IOException where it cannot be read
   */
  public Table read() throws IOException {
    return read(() -> {});
  }

  /**
   * Reads it as {@link #read()} does.
   *
   * @param step called before each row, or each column's next thousands of rows; may throw a {@link
   *     java.util.concurrent.CancellationException}, which ends the reading
   */
  public Table read(Runnable step) throws IOException {
    return isParquet() ? ParquetTableReader.read(path, step) : CsvTableReader.read(path, step);
  }
}
