package dev.verhulst.heads.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.heads.Reference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables are the same from CSV and from Parquet, which Apache Arrow has written. */
class TableFileTest {

  @TempDir Path directory;

  private static TableFile file(String name) {
    return new TableFile(Reference.path(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"breast_cancer", "digits"})
  void parquetIsWhatCsvIs(String name) throws IOException {
    TableFile parquet = file(name + ".parquet");
    Table read = parquet.read();
    Table csv = file(name + ".csv").read();
    assertThat(read.columns()).isEqualTo(csv.columns()).isEqualTo(parquet.columns());
    assertThat(read.rows()).isDeepEqualTo(csv.rows());
    assertThat(parquet.rows()).isEqualTo(read.rows().length);
  }

  @Test
  void everyTypeOfNumberIsRead() throws IOException {
    Table table = file("types.parquet").read();
    assertThat(table.column("float")).containsExactly(0.5, 1.5, -2.5, 3.25, 4, 5);
    assertThat(table.column("double")).containsExactly(0.1, 1e30, -2e-300, 3, 4, 5);
    assertThat(table.column("int32"))
        .containsExactly(0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 4, 5);
    assertThat(table.column("int64")).containsExactly(0, -1, 0x1p53, -0x1p53, 4, 5);
    assertThat(table.column("uint32")).containsExactly(0, 1, 0x1p32 - 1, 0x1p32 - 2, 4, 5);
    assertThat(table.column("uint64")).containsExactly(0, 1, 0x1p63, 3, 4, 5);
    assertThat(table.column("boolean")).containsExactly(1, 0, 0, 1, 1, 0);
    for (String type : new String[] {"int32", "int64", "float", "double", "boolean"}) {
      assertThat(table.column("label_" + type)).as(type).containsExactly(0, 1, 0, 1, 0, 1);
    }
  }

  @Test
  void aNullIsNaN() throws IOException {
    Table table = file("nulls.parquet").read();
    assertThat(table.column("a")).containsExactly(1, Double.NaN, 3);
    assertThat(table.column("other")).containsExactly(0, 1, Double.NaN);
  }

  @Test
  void severalPagesWithAnIndexAreRead() throws IOException {
    Table table = file("pages.parquet").read();
    for (int row = 0; row < 600; row++) {
      assertThat(table.rows()[row]).containsExactly(row % 5 == 0 ? Double.NaN : row / 7.0, row % 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pages.parquet", "breast_cancer.csv"})
  void itsReadingCanBeGivenUp(String name) {
    AtomicInteger steps = new AtomicInteger();
    assertThatThrownBy(
            () ->
                file(name)
                    .read(
                        () -> {
                          if (steps.incrementAndGet() == 3) {
                            throw new CancellationException("enough");
                          }
                        }))
        .isInstanceOf(CancellationException.class)
        .hasMessage("enough");
    assertThat(steps).hasValue(3);
  }

  @Test
  void theNameTellsWhatItIs() throws IOException {
    Path upper = directory.resolve("B.PARQUET");
    Files.copy(Reference.path("types.parquet"), upper);
    assertThat(new TableFile(upper).rows()).isEqualTo(6);
    Path csv = directory.resolve("parquet.csv");
    Files.writeString(csv, "a,b\n1,2\n3,4");
    assertThat(new TableFile(csv).rows()).isEqualTo(2);
    assertThat(new TableFile(csv).read().column("b")).containsExactly(2, 4);
    Files.writeString(csv, "");
    assertThat(new TableFile(csv).rows()).isZero();
  }

  /** A mark of the byte order, as spreadsheets write it, is no part of the first name. */
  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void whatSpreadsheetsWriteIsRead(String lineEnd) throws IOException {
    Path csv = directory.resolve("sheet.csv");
    Files.writeString(csv, "\ufeffa,b\n1,2\n3,4\n".replace("\n", lineEnd));
    assertThat(new TableFile(csv).columns()).containsExactly("a", "b");
    assertThat(new TableFile(csv).rows()).isEqualTo(2);
    assertThat(new TableFile(csv).read().column("a")).containsExactly(1, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1d", "2f", "0x1p3"})
  void whatOnlyJavaTakesForANumberIsNone(String text) throws IOException {
    Path csv = directory.resolve("java.csv");
    Files.writeString(csv, "a,b\n1," + text + "\n");
    assertThatThrownBy(() -> new TableFile(csv).read())
        .hasMessage("java.csv, line 2: '%s' in column 'b' is no number", text);
  }

  @Test
  void manyRowsAreCountedWithoutBeingRead() throws IOException {
    assertThat(file("many_rows.parquet").rows()).isEqualTo(2_000_000);
    assertThat(file("no_rows.parquet").rows()).isZero();
    assertThat(file("no_rows.parquet").read().rows()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text.parquet | text.parquet: column 'city' is of the type BYTE_ARRAY (STRING); expected"
            + " FLOAT, DOUBLE, INT32, INT64 or BOOLEAN: write the file without it, or with numbers"
            + " in its place",
        "dates.parquet | dates.parquet: column 'day' is of the type INT32 (DATE); expected FLOAT,"
            + " DOUBLE, INT32, INT64 or BOOLEAN: write the file without it, or with numbers in its"
            + " place",
        "lists.parquet | lists.parquet: column 'several.list.element' is nested, or a list;"
            + " expected one number in each row",
        "zstd.parquet | zstd.parquet: column 'a' is compressed by ZSTD; expected SNAPPY, GZIP or"
            + " UNCOMPRESSED: write the file again with one of them",
        "no_columns.parquet | no_columns.parquet: there are no columns",
      })
  void whatHoldsNoNumbersIsRefusedBeforeItIsRead(String name, String error) {
    assertThatThrownBy(() -> file(name).columns())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(error);
    assertThatThrownBy(() -> file(name).read())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"'' | too small", "PAR1 | too small", "a,b;1,2;3,4;5,6 | magic"})
  void whatIsNoParquetSaysSo(String content, String reason) throws IOException {
    Path none = directory.resolve("none.parquet");
    Files.writeString(none, content);
    assertThatThrownBy(() -> new TableFile(none).columns())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("none.parquet is broken, or no Parquet file: ")
        .hasMessageContaining(reason)
        .hasMessageEndingWith("; write it again");
    assertThatThrownBy(() -> new TableFile(directory.resolve("missing.parquet")).rows())
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aFileThatLacksItsMiddleIsBroken() throws IOException {
    byte[] whole = Files.readAllBytes(Reference.path("breast_cancer.parquet"));
    int footer = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(whole.length - 8) + 8;
    byte[] without = Arrays.copyOf(whole, 1000 + footer);
    System.arraycopy(whole, whole.length - footer, without, 1000, footer);
    Path broken = directory.resolve("broken.parquet");
    Files.write(broken, without);
    assertThat(new TableFile(broken).rows()).as("what the footer says").isEqualTo(569);
    assertThatThrownBy(() -> new TableFile(broken).read())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("broken.parquet is broken, or no Parquet file: ");
    Files.write(broken, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> new TableFile(broken).rows())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("broken.parquet is broken, or no Parquet file: ");
  }

  /** Whatever a byte is changed to, the file is read or refused: no other error, and no wait. */
  @ParameterizedTest
  @ValueSource(strings = {"types.parquet", "nulls.parquet", "pages.parquet"})
  @Timeout(60)
  void changedBytesAreReadOrRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(Reference.path(name));
    Random random = new Random(3);
    Path changed = directory.resolve("changed.parquet");
    int refused = 0;
    for (int i = 0; i < 100; i++) {
      byte[] bytes = whole.clone();
      // The most telling bytes are those of the footer, at the end.
      int back = 1 + random.nextInt(random.nextBoolean() ? whole.length : whole.length / 4);
      bytes[whole.length - back] ^= (byte) (1 << random.nextInt(8));
      Files.write(changed, bytes);
      try {
        new TableFile(changed).columns();
        // A footer may say any number of rows; a job's budget is held against that beforehand.
        if (new TableFile(changed).rows() <= 2_000_000) {
          new TableFile(changed).read();
        }
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).startsWith("changed.parquet");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
