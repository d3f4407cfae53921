package dev.verhulst.service.rest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Where an answer's JSON is written: a reused heap buffer that goes out to a stream whenever it is
 * full. Without a stream it only counts. Not thread-safe.
 */
final class JsonSink {

  private static final int LONGEST_PLAIN = 256;

  private final byte[] buffer;
  private final @Nullable OutputStream out;
  private int position;
  private long flushed;

  /**
   * @param out where full buffers go, or null to count them
   */
  JsonSink(byte[] buffer, @Nullable OutputStream out) {
    this.buffer = buffer;
    this.out = out;
  }

  /** How many bytes have been written so far. */
  long written() {
    return flushed + position;
  }

  /** Whether everything so far is still in the buffer, from its start. */
  boolean isWhole() {
    return flushed == 0;
  }

  /** How many bytes the buffer holds. */
  int buffered() {
    return position;
  }

  byte[] buffer() {
    return buffer;
  }

  /** Makes room for that many bytes, which the caller then writes from the returned place on. */
  int reserve(int count) throws IOException {
    if (buffer.length - position < count) {
      flush();
    }
    return position;
  }

  /** Says where the bytes written after {@link #reserve} end. */
  void advanceTo(int end) {
    position = end;
  }

  void put(char ascii) throws IOException {
    int at = reserve(1);
    buffer[at] = (byte) ascii;
    position = at + 1;
  }

  /** Writes ASCII as it is. */
  @SuppressWarnings("deprecation") // getBytes of the low bytes: all there is in ASCII, no garbage
  void put(String ascii) throws IOException {
    int at = reserve(ascii.length());
    ascii.getBytes(0, ascii.length(), buffer, at);
    position = at + ascii.length();
  }

  /** Writes a whole number. */
  void put(long number) throws IOException {
    int at = reserve(20);
    if (number < 0) {
      put(Long.toString(number));
      return;
    }
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    for (int i = at + digits - 1; i >= at; i--) {
      buffer[i] = (byte) ('0' + number % 10);
      number /= 10;
    }
    position = at + digits;
  }

  /** Writes a string with its quotes, escaped; half of a surrogate pair as a question mark. */
  void putString(String text) throws IOException {
    if (isPlain(text)) {
      put('"');
      put(text);
      put('"');
      return;
    }
    byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(wellFormed(text));
    put('"');
    for (int start = 0; start < quoted.length; start += buffer.length) {
      int count = Math.min(buffer.length, quoted.length - start);
      int at = reserve(count);
      System.arraycopy(quoted, start, buffer, at, count);
      position = at + count;
    }
    put('"');
  }

  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** Whether it is short, and has nothing to escape. */
  private static boolean isPlain(String text) {
    if (text.length() > LONGEST_PLAIN) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  /** Sends what is in the buffer. */
  void flush() throws IOException {
    if (out != null && position > 0) {
      out.write(buffer, 0, position);
    }
    flushed += position;
    position = 0;
  }

  @Override
  public String toString() {
    return new String(buffer, 0, position, StandardCharsets.UTF_8);
  }
}
