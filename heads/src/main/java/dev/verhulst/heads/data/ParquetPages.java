package dev.verhulst.heads.data;

import dev.hardwood.internal.metadata.PageHeader;
import dev.hardwood.internal.thrift.PageHeaderReader;
import dev.hardwood.internal.thrift.ThriftCompactReader;
import dev.hardwood.metadata.ColumnChunk;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Checks the headers of the pages of a Parquet column before they are read. The library believes
 * them: where a page claims to be longer than the column it waits forever, and where it claims to
 * hold gigabytes it allocates them.
 */
final class ParquetPages {

  /** Most headers are shorter; statistics make some of them long. */
  private static final int SHORT_HEADER = 1 << 10;

  private static final int LONGEST_HEADER = 1 << 20;

  /** No encoding of a number, its levels included, takes more. */
  private static final long BYTES_PER_VALUE = 16;

  /** What blocks of encodings take beyond that, where values are few. */
  private static final long BYTES_PER_PAGE = 1 << 16;

  private final ChannelInputFile file;
  private final ColumnChunk chunk;
  private final long rows;

  /**
   * @param chunk a column of a row group
   * @param rows how many rows the group has
   */
  ParquetPages(ChannelInputFile file, ColumnChunk chunk, long rows) {
    this.file = file;
    this.chunk = chunk;
    this.rows = rows;
  }

  /**
   * @throws IOException where a page lies outside of the column, or claims more than can be
   */
  void expectSound() throws IOException {
    long position = chunk.chunkStartOffset();
    long byteSize = chunk.metaData().totalCompressedSize();
    if (position < 0 || byteSize < 0 || byteSize > file.length() - position) {
      throw broken("lies outside of the file");
    }
    long end = position + byteSize;
    long values = 0;
    while (values < rows) {
      Header header = header(position, end);
      position += header.byteSize + header.page.compressedPageSize();
      if (header.page.compressedPageSize() < 0 || position > end) {
        throw broken("has a page that is longer than the column");
      }
      if (header.page.uncompressedPageSize() > rows * BYTES_PER_VALUE + BYTES_PER_PAGE) {
        throw broken(
            "has a page of %d bytes, too many for %d rows"
                .formatted(header.page.uncompressedPageSize(), rows));
      }
      values += values(header.page);
    }
    if (values > rows) {
      throw broken("has more values than the %d rows".formatted(rows));
    }
  }

  private long values(PageHeader page) throws IOException {
    int values = 0;
    if (page.dataPageHeader() != null) {
      values = page.dataPageHeader().numValues();
    } else if (page.dataPageHeaderV2() != null) {
      values = page.dataPageHeaderV2().numValues();
    } else if (page.dictionaryPageHeader() != null
        && page.dictionaryPageHeader().numValues() > page.uncompressedPageSize()) {
      throw broken("has a dictionary of more values than bytes");
    }
    if (values < 0) {
      throw broken("has a page of %d values".formatted(values));
    }
    return values;
  }

  /** A page's header, and how many bytes it takes itself. */
  private record Header(PageHeader page, int byteSize) {}

  private Header header(long position, long end) throws IOException {
    if (position >= end) {
      throw broken("has fewer values than the %d rows".formatted(rows));
    }
    int window = SHORT_HEADER;
    while (true) {
      ByteBuffer bytes = file.readRange(position, (int) Math.min(window, end - position));
      ThriftCompactReader reader = new ThriftCompactReader(bytes);
      try {
        return new Header(PageHeaderReader.read(reader), reader.getBytesRead());
      } catch (EOFException e) {
        if (window >= LONGEST_HEADER || window >= end - position) {
          throw broken("has a page without an end");
        }
        window = LONGEST_HEADER;
      }
    }
  }

  private IOException broken(String what) {
    return new IOException("column '%s' %s".formatted(chunk.metaData().pathInSchema(), what));
  }
}
