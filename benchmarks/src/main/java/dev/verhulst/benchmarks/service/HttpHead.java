package dev.verhulst.benchmarks.service;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The head of an HTTP request or response in memory, read just as far as a benchmark needs.
 *
 * @param bytes the memory it begins in
 * @param byteSize its size, with the empty line at its end; 0 where it has not come whole yet
 */
record HttpHead(MemorySegment bytes, int byteSize) {

  /** The size of the body, as a header's name. */
  static final byte[] CONTENT_LENGTH = header("content-length");

  /** The size of the JSON in front of the tensors, as a header's name. */
  static final byte[] JSON_LENGTH = header("inference-header-content-length");

  private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int STATUS_OFFSET = "HTTP/1.1 ".length();

  /**
   * Looks for a head.
   *
   * @param received how many bytes of the memory are filled
   */
  static HttpHead find(MemorySegment bytes, int received) {
    int end = find(bytes, received, END);
    return new HttpHead(bytes, end < 0 ? 0 : end + END.length);
  }

  boolean isComplete() {
    return byteSize > 0;
  }

  /** A response's status code. */
  int status() {
    return (int) number(STATUS_OFFSET);
  }

  /**
   * The number that a header holds.
   *
   * @throws IllegalStateException where there is no such header
   */
  long number(byte[] header) {
    int start = find(bytes, byteSize, header);
    if (start < 0) {
      throw new IllegalStateException(
          "there is no header "
              + new String(header, StandardCharsets.US_ASCII).strip()
              + " in "
              + this);
    }
    return number(start + header.length);
  }

  @Override
  public String toString() {
    byte[] text = bytes.asSlice(0, byteSize).toArray(ValueLayout.JAVA_BYTE);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private static byte[] header(String name) {
    return ("\r\n" + name + ":").getBytes(StandardCharsets.US_ASCII);
  }

  private long number(int start) {
    int index = start;
    while (at(bytes, index) == ' ') {
      index++;
    }
    long number = 0;
    for (; at(bytes, index) >= '0' && at(bytes, index) <= '9'; index++) {
      number = number * 10 + at(bytes, index) - '0';
    }
    return number;
  }

  /** Where the text, in lower case, stands in whatever case, or -1. */
  private static int find(MemorySegment bytes, int length, byte[] text) {
    for (int start = 0; start <= length - text.length; start++) {
      int matched = 0;
      while (matched < text.length && lower(at(bytes, start + matched)) == text[matched]) {
        matched++;
      }
      if (matched == text.length) {
        return start;
      }
    }
    return -1;
  }

  private static byte lower(byte letter) {
    return letter >= 'A' && letter <= 'Z' ? (byte) (letter + 'a' - 'A') : letter;
  }

  private static byte at(MemorySegment bytes, int index) {
    return bytes.get(ValueLayout.JAVA_BYTE, index);
  }
}
