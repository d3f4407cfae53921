package dev.verhulst.heads.data;

import dev.hardwood.InputFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A file that is read, not mapped: where somebody shortens it in the meantime that is an error of
 * this read, and no fault of the whole process.
 *
 * @param name the file's name, for messages
 * @param channel the file; whoever opened it closes it
 */
record ChannelInputFile(String name, FileChannel channel) implements InputFile {

  @Override
  public void open() {
    // It is.
  }

  @Override
  public ByteBuffer readRange(long offset, int length) throws IOException {
    if (offset < 0 || length < 0 || length > channel.size() - offset) {
      throw new EOFException(
          "%d bytes at offset %d lie outside of the file, which has %d"
              .formatted(length, offset, channel.size()));
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw new EOFException("the file was shortened while it was read");
      }
    }
    return bytes.flip();
  }

  @Override
  public long length() throws IOException {
    return channel.size();
  }

  @Override
  public void close() {
    // The library closes a file with the first of its columns.
  }
}
