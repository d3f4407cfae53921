package dev.verhulst.service.rest;

import dev.verhulst.service.rest.RequestDecoder.FrameReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of the last request that had its tensors behind it, and what was read from it: a client
 * that sends tensors of one shape sends the same JSON each time, and comparing it takes a hundredth
 * of the time that reading it does. Not thread-safe.
 */
final class LastHeader {

  /** Longer ones are not kept. */
  private static final int LONGEST = 1024;

  private final byte[] json = new byte[LONGEST];
  private int length;
  private @Nullable String model;
  private @Nullable FrameReader reader;
  private @Nullable RequestHeader header;

  /**
   * What the reader would make of a JSON text for the model; null where it has to.
   *
   * @param text an array that begins with the text
   * @param textLength the text's length
   */
  @Nullable RequestHeader find(
      String forModel, FrameReader forReader, byte[] text, int textLength) {
    return textLength == length
            && forModel.equals(model)
            && forReader.equals(reader)
            && Arrays.equals(text, 0, textLength, json, 0, textLength)
        ? header
        : null;
  }

  /** Keeps what was read from a text without any elements in it. */
  void keep(
      String forModel,
      FrameReader forReader,
      byte[] text,
      int textLength,
      RequestHeader newHeader) {
    if (textLength <= LONGEST) {
      System.arraycopy(text, 0, json, 0, textLength);
      length = textLength;
      model = forModel;
      reader = forReader;
      header = newHeader;
    }
  }
}
