package dev.verhulst.service.rest;

import java.lang.foreign.MemorySegment;

/**
 * A JSON text under a sliding window of heap bytes: parsers work on the array, the text itself may
 * lie in native memory, in pieces, and be as long as it likes. A text that fits the window lies in
 * it alone. Not thread-safe.
 */
final class JsonText {

  private static final BodyPieces NOTHING = BodyPieces.of(MemorySegment.NULL);

  private final byte[] window;
  private final BodyPieces source;
  private final long length;

  /** Where in the text the window begins. */
  private long base;

  private int limit;

  private JsonText(byte[] window, BodyPieces source, long length, int limit) {
    this.window = window;
    this.source = source;
    this.length = length;
    this.limit = limit;
  }

  /** A text that is the first {@code length} bytes of the window. */
  static JsonText in(byte[] window, int length) {
    return new JsonText(window, NOTHING, length, length);
  }

  /**
   * A text in native memory.
   *
   * @param window where to look at it; its content is overwritten
   */
  static JsonText of(BodyPieces text, byte[] window) {
    JsonText json = new JsonText(window, text, text.byteSize(), 0);
    json.load(0, 0);
    return json;
  }

  /** The window's bytes; those before {@link #limit()} belong to the text. */
  byte[] window() {
    return window;
  }

  int limit() {
    return limit;
  }

  /** The length of the text in bytes. */
  long length() {
    return length;
  }

  /** The place in the text of a place in the window. */
  long offset(int position) {
    return base + position;
  }

  /** Whether the window ends where the text does. */
  boolean isLast() {
    return base + limit == length;
  }

  /**
   * Slides the window on, so that it begins with what stood at {@code position}. Only where the
   * window is not the last.
   */
  void slide(int position) {
    int kept = limit - position;
    System.arraycopy(window, position, window, 0, kept);
    load(base + position, kept);
  }

  /** Slides the window to a place in the text, which stands at the returned position of it. */
  int seek(long offset) {
    if (offset >= base && offset <= base + limit) {
      return Math.toIntExact(offset - base);
    }
    load(offset, 0);
    return 0;
  }

  private void load(long newBase, int kept) {
    int loaded = (int) Math.min(window.length - kept, length - newBase - kept);
    source.copy(newBase + kept, window, kept, loaded);
    base = newBase;
    limit = kept + loaded;
  }
}
