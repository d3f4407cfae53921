package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes a request's JSON apart into its frame, which is small and goes to a JSON parser, and the
 * {@code data} arrays of its inputs, which are large and are read number by number where they lie.
 * In the frame each of them is replaced by {@code []}, in order; every other byte is copied, but
 * for spaces in a row, so that whatever is wrong with it the parser finds. Not thread-safe;
 * reusable.
 */
final class FrameScanner {

  /** How deep arrays may be nested in each other within {@code data}. */
  static final int MAXIMUM_DEPTH = 100;

  /** How long a frame may be, in bytes. */
  static final int MAXIMUM_FRAME = 64 * 1024;

  private static final byte[] INPUTS = "inputs".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);

  /** Within the request object, its array of inputs, and one input object. */
  private static final int INPUT_DEPTH = 3;

  private byte[] frame = new byte[1024];
  private int frameLength;

  /** Pairs of a start, at the opening bracket, and an end, behind the closing one. */
  private long[] dataRanges = new long[8];

  private int dataCount;

  private JsonText text = JsonText.in(frame, 0);
  private int position;

  /** Splits a text. What was split before is forgotten. */
  void scan(JsonText newText) {
    text = newText;
    position = text.seek(0);
    frameLength = 0;
    dataCount = 0;
    int depth = 0;
    // What the containers at depths 1 to 3 are, and the last string in 1 and 3, which may be a key.
    boolean inputsArray = false;
    boolean inputObject = false;
    int keyStart = 0;
    int keyEnd = 0;
    boolean afterColon = false;
    int b;
    while ((b = next()) >= 0) {
      switch (b) {
        case '"' -> {
          append(b);
          keyStart = frameLength;
          copyString();
          keyEnd = frameLength - 1;
          afterColon = false;
        }
        case ':' -> {
          append(b);
          afterColon = true;
        }
        case '[', '{' -> {
          if (b == '['
              && afterColon
              && depth == INPUT_DEPTH
              && inputObject
              && isKey(DATA, keyStart, keyEnd)) {
            append('[');
            append(']');
            skipData();
          } else {
            depth++;
            if (depth == 2) {
              inputsArray = b == '[' && afterColon && isKey(INPUTS, keyStart, keyEnd);
            } else if (depth == INPUT_DEPTH) {
              inputObject = b == '{' && inputsArray;
            }
            append(b);
          }
          afterColon = false;
        }
        case ']', '}' -> {
          depth--;
          append(b);
        }
        case ' ', '\t', '\n', '\r' -> appendSpace();
        default -> {
          append(b);
          afterColon = false;
        }
      }
    }
  }

  /** The frame's bytes; the first {@link #frameLength()} of them are the frame. */
  byte[] frame() {
    return frame;
  }

  int frameLength() {
    return frameLength;
  }

  /** How many {@code data} arrays there are. */
  int dataCount() {
    return dataCount;
  }

  /** Where in the text a {@code data} array opens. */
  long dataStart(int index) {
    return dataRanges[2 * index];
  }

  /** Where in the text a {@code data} array has closed. */
  long dataEnd(int index) {
    return dataRanges[2 * index + 1];
  }

  /** Copies the rest of a string, whose opening quote has been copied. */
  private void copyString() {
    int b;
    while ((b = next()) >= 0) {
      append(b);
      if (b == '"') {
        return;
      }
      if (b == '\\') {
        int escaped = next();
        if (escaped < 0) {
          return;
        }
        append(escaped);
      }
    }
  }

  /** Passes over an array, whose opening bracket has been read, and notes where it lies. */
  private void skipData() {
    long start = text.offset(position) - 1;
    int depth = 1;
    boolean inString = false;
    while (depth > 0) {
      if (!inString) {
        position = EightBytes.findQuoteOrBracket(text.window(), position, text.limit());
      }
      int b = next();
      if (b < 0) {
        throw invalidArgument(
            "failed to parse the request JSON buffer: it ends within the 'data' of an input, at byte "
                + text.length());
      }
      if (inString) {
        if (b == '\\') {
          next();
        } else if (b == '"') {
          inString = false;
        }
      } else if (b == '"') {
        inString = true;
      } else if (b == '[') {
        depth++;
        if (depth > MAXIMUM_DEPTH) {
          throw invalidArgument(
              "failed to parse the request JSON buffer: 'data' is nested deeper than %d levels at byte %d"
                  .formatted(MAXIMUM_DEPTH, text.offset(position) - 1));
        }
      } else if (b == ']') {
        depth--;
      }
    }
    if (2 * dataCount == dataRanges.length) {
      dataRanges = Arrays.copyOf(dataRanges, 2 * dataRanges.length);
    }
    dataRanges[2 * dataCount] = start;
    dataRanges[2 * dataCount + 1] = text.offset(position);
    dataCount++;
  }

  private boolean isKey(byte[] key, int start, int end) {
    return Arrays.equals(frame, start, Math.max(start, end), key, 0, key.length);
  }

  private int next() {
    if (position == text.limit()) {
      if (text.isLast()) {
        return -1;
      }
      text.slide(position);
      position = 0;
    }
    return text.window()[position++] & 0xFF;
  }

  /** Any number of spaces is one: they must not use up the frame. */
  private void appendSpace() {
    if (frameLength == 0 || frame[frameLength - 1] != ' ') {
      append(' ');
    }
  }

  private void append(int b) {
    if (frameLength == frame.length) {
      if (frameLength == MAXIMUM_FRAME) {
        throw invalidArgument(
            "the request's JSON is longer than %d bytes, the 'data' of its inputs not counted"
                .formatted(MAXIMUM_FRAME));
      }
      frame = Arrays.copyOf(frame, 2 * frameLength);
    }
    frame[frameLength++] = (byte) b;
  }
}
