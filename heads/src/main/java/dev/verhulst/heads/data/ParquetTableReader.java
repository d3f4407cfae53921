package dev.verhulst.heads.data;

import dev.hardwood.HardwoodContext;
import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.schema.ColumnSchema;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Reads tables of numbers from Parquet files: flat columns of FLOAT, DOUBLE, INT32, INT64 and
 * BOOLEAN, whose values are 1 and 0.
 */
final class ParquetTableReader {

  /** Those that the class path has a decompressor for. */
  private static final Set<CompressionCodec> CODECS =
      EnumSet.of(CompressionCodec.UNCOMPRESSED, CompressionCodec.SNAPPY, CompressionCodec.GZIP);

  private static final int BATCH = 1 << 14;

  private ParquetTableReader() {}

  /** What the library's objects of an open file are asked. */
  @FunctionalInterface
  private interface Content<T> {
    T of(ParquetFileReader reader, ChannelInputFile input) throws IOException;
  }

  /** Says what is wrong with a file that is whole. */
  private static final class UnfitException extends RuntimeException {
    UnfitException(String message) {
      super(message);
    }
  }

  /**
   * Reads a file, column by column. A value that is null is NaN.
   *
   * @param step called before each column of a row group and each {@value #BATCH} values of a
   *     column; may throw a {@link CancellationException}
   * @throws IllegalArgumentException where it is no table of numbers, or broken
   * @throws IOException where it cannot be opened
   */
  static Table read(Path file, Runnable step) throws IOException {
    return read(file, (reader, input) -> table(reader, input, step));
  }

  /**
   * The names of a file's columns, all of which hold numbers.
   *
   * @throws IllegalArgumentException where one does not, or the file is broken
   * @throws IOException where it cannot be opened
   */
  static List<String> columns(Path file) throws IOException {
    return read(file, (reader, _) -> names(columns(reader)));
  }

  /**
   * How many rows a file says that it has.
   *
   * @throws IllegalArgumentException where it is broken
   * @throws IOException where it cannot be opened
   */
  static long rows(Path file) throws IOException {
    return read(file, (reader, _) -> rows(reader));
  }

  private static <T> T read(Path file, Content<T> content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(new ChannelInputFile(String.valueOf(file.getFileName()), channel), content);
    }
  }

  private static <T> T read(ChannelInputFile input, Content<T> content) {
    try (HardwoodContext context = HardwoodContext.create(1);
        ParquetFileReader reader = ParquetFileReader.open(input, context)) {
      return content.of(reader, input);
    } catch (CancellationException e) {
      throw e;
    } catch (UnfitException e) {
      throw new IllegalArgumentException(input.name() + ": " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      // The library has many kinds of exceptions for bytes that are not as they should be.
      throw new IllegalArgumentException(
          "%s is broken, or no Parquet file: %s; write it again".formatted(input.name(), reason(e)),
          e);
    }
  }

  private static String reason(Exception e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof NullPointerException || cause.getMessage() == null
        ? "what it says of itself does not fit together"
        : cause.getMessage();
  }

  private static List<ParquetColumn> columns(ParquetFileReader reader) {
    List<ParquetColumn> columns = new ArrayList<>();
    for (ColumnSchema column : reader.getFileSchema().getColumns()) {
      try {
        columns.add(new ParquetColumn(column));
      } catch (IllegalArgumentException e) {
        throw new UnfitException(String.valueOf(e.getMessage()));
      }
    }
    List<String> names = names(columns);
    if (names.isEmpty()) {
      throw new UnfitException("there are no columns");
    }
    if (new HashSet<>(names).size() != names.size()) {
      throw new UnfitException("a column is named twice in " + names);
    }
    for (RowGroup group : reader.getFileMetaData().rowGroups()) {
      group.columns().forEach(ParquetTableReader::expectCodec);
    }
    return columns;
  }

  private static List<String> names(List<ParquetColumn> columns) {
    return columns.stream().map(ParquetColumn::name).toList();
  }

  private static void expectCodec(ColumnChunk chunk) {
    CompressionCodec codec = chunk.metaData().codec();
    if (!CODECS.contains(codec)) {
      throw new UnfitException(
          "column '%s' is compressed by %s; expected SNAPPY, GZIP or UNCOMPRESSED: write the file again with one of them"
              .formatted(chunk.metaData().pathInSchema(), codec));
    }
  }

  private static long rows(ParquetFileReader reader) throws IOException {
    FileMetaData metaData = reader.getFileMetaData();
    long rows = 0;
    for (RowGroup group : metaData.rowGroups()) {
      if (group.numRows() < 0) {
        throw new IOException("a row group has %d rows".formatted(group.numRows()));
      }
      rows += group.numRows();
    }
    if (rows != metaData.numRows()) {
      throw new IOException(
          "its row groups have %d rows and its footer says %d".formatted(rows, metaData.numRows()));
    }
    return rows;
  }

  private static Table table(ParquetFileReader reader, ChannelInputFile input, Runnable step)
      throws IOException {
    List<ParquetColumn> columns = columns(reader);
    long rows = rows(reader);
    if (rows > Integer.MAX_VALUE) {
      throw new UnfitException(
          "there are %d rows; expected at most %d".formatted(rows, Integer.MAX_VALUE));
    }
    for (RowGroup group : reader.getFileMetaData().rowGroups()) {
      if (group.columns().size() != columns.size()) {
        throw new IOException(
            "a row group has %d columns of %d".formatted(group.columns().size(), columns.size()));
      }
      for (ColumnChunk chunk : group.columns()) {
        step.run();
        new ParquetPages(input, chunk, group.numRows()).expectSound();
      }
    }
    double[][] table = new double[(int) rows][columns.size()];
    for (int column = 0; column < columns.size(); column++) {
      read(reader, columns.get(column), table, column, step);
    }
    return new Table(names(columns), table);
  }

  private static void read(
      ParquetFileReader reader, ParquetColumn column, double[][] table, int index, Runnable step)
      throws IOException {
    try (ColumnReader values = reader.buildColumnReader(index).batchSize(BATCH).build()) {
      int row = 0;
      while (values.nextBatch()) {
        step.run();
        if (values.getRecordCount() > table.length - row) {
          throw wrongCount(column, "more", table);
        }
        column.copyBatch(values, table, row, index);
        row += values.getRecordCount();
      }
      if (row != table.length) {
        throw wrongCount(column, row + "", table);
      }
    }
  }

  private static IOException wrongCount(ParquetColumn column, String found, double[][] table) {
    return new IOException(
        "column '%s' has %s values and the footer says %d rows"
            .formatted(column.name(), found, table.length));
  }
}
