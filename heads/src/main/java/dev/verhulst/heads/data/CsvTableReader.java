package dev.verhulst.heads.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** Reads tables of numbers from CSV files (RFC 4180), whose first line names the columns. */
public final class CsvTableReader {

  private CsvTableReader() {}

  /**
   * Reads a file. An empty field is NaN.
   *
   * @throws IllegalArgumentException where it is no table of numbers; the message names the line
   * @throws IOException where it cannot be read
   */
  public static Table read(Path file) throws IOException {
    return read(file, () -> {});
  }

  /**
   * Reads a file as {@link #read(Path)} does.
   *
   * @param step called before each row; may throw an exception that ends the reading
   */
  static Table read(Path file, Runnable step) throws IOException {
    return read(file, csv -> table(csv, step));
  }

  /**
   * The names of a file's columns.
   *
   * @throws IllegalArgumentException where it has none
   * @throws IOException where it cannot be read
   */
  public static List<String> columns(Path file) throws IOException {
    return read(file, csv -> columns(csv.iterator()));
  }

  /**
   * How many rows a file has at most: as many as there are lines behind the first.
   *
   * @throws IOException where it cannot be read
   */
  static long rows(Path file) throws IOException {
    long lines = 0;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      int read;
      byte last = '\n';
      while ((read = in.read(buffer)) > 0) {
        for (int i = 0; i < read; i++) {
          byte next = buffer[i];
          lines += next == '\r' || (next == '\n' && last != '\r') ? 1 : 0;
          last = next;
        }
      }
      lines += last == '\n' || last == '\r' ? 0 : 1;
    }
    return Math.max(0, lines - 1);
  }

  private static <T> T read(Path file, Function<CsvReader<CsvRecord>, T> content)
      throws IOException {
    try (CsvReader<CsvRecord> csv = CsvReader.builder().detectBomHeader(true).ofCsvRecord(file)) {
      return content.apply(csv);
    } catch (CsvParseException e) {
      throw new IllegalArgumentException("%s: %s".formatted(file.getFileName(), e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file.getFileName() + ", " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new IOException(file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  private static List<String> columns(Iterator<CsvRecord> records) {
    if (!records.hasNext()) {
      throw new IllegalArgumentException("line 1: there are no names of columns");
    }
    List<String> columns = records.next().getFields();
    if (new HashSet<>(columns).size() != columns.size()) {
      throw new IllegalArgumentException("line 1: a column is named twice in " + columns);
    }
    return columns;
  }

  private static Table table(CsvReader<CsvRecord> csv, Runnable step) {
    Iterator<CsvRecord> records = csv.iterator();
    List<String> columns = columns(records);
    List<double[]> rows = new ArrayList<>();
    while (records.hasNext()) {
      step.run();
      rows.add(row(records.next(), columns));
    }
    return new Table(columns, rows.toArray(double[][]::new));
  }

  /** A number as files have them: Java's suffixes and hexadecimal digits are none. */
  private static double number(String field) {
    boolean isJavas =
        "dDfF".indexOf(field.charAt(field.length() - 1)) >= 0
            || field.indexOf('x') >= 0
            || field.indexOf('X') >= 0;
    if (isJavas) {
      throw new NumberFormatException(field);
    }
    return Double.parseDouble(field);
  }

  private static double[] row(CsvRecord csvRecord, List<String> columns) {
    double[] row = new double[columns.size()];
    for (int column = 0; column < row.length; column++) {
      String field = csvRecord.getField(column).strip();
      try {
        row[column] = field.isEmpty() ? Double.NaN : number(field);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "line %d: '%s' in column '%s' is no number"
                .formatted(csvRecord.getStartingLineNumber(), field, columns.get(column)),
            e);
      }
    }
    return row;
  }
}
