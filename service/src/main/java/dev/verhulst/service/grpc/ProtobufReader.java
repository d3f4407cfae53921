package dev.verhulst.service.grpc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.verhulst.service.inference.InferenceException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads protobuf's wire format (https://protobuf.dev/programming-guides/encoding/) from a message
 * that lies in pieces, without putting it together. Not thread-safe.
 *
 * <p>Every method throws an {@link InferenceException} of kind INVALID_ARGUMENT where the bytes are
 * no protobuf.
 */
final class ProtobufReader {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int DELIMITED = 2;
  static final int FIXED32 = 5;

  /** How many bytes the names and the other strings of a message may have, all together. */
  static final int MOST_TEXT = 64 * 1024;

  private final List<MemorySegment> pieces;
  private int index;
  private MemorySegment piece;
  private long offset;
  private long position;
  private long limit;
  private long text;

  /**
   * A part of the message: where it begins, and how long it is.
   *
   * @param piece the piece it begins in
   * @param offset where in that piece
   * @param position where in the message
   */
  record Range(int piece, long offset, long position, long length) {}

  ProtobufReader(List<MemorySegment> pieces) {
    this.pieces = pieces;
    this.piece = pieces.isEmpty() ? MemorySegment.NULL : pieces.getFirst();
    for (MemorySegment each : pieces) {
      limit += each.byteSize();
    }
  }

  /** The field number of a tag. */
  static int field(int tag) {
    return tag >>> 3;
  }

  /** The wire type of a tag. */
  static int wireType(int tag) {
    return tag & 7;
  }

  /** The tag of the next field; 0 at the end. */
  int readTag() {
    if (position == limit) {
      return 0;
    }
    long tag = readVarint();
    if (tag >>> 3 == 0 || tag >>> 32 != 0) {
      throw malformed("a field has no number");
    }
    return (int) tag;
  }

  long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = readByte();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed("an integer has more than 64 bits");
  }

  double readDouble() {
    long bits = 0;
    for (int i = 0; i < 64; i += 8) {
      bits |= (readByte() & 0xFFL) << i;
    }
    return Double.longBitsToDouble(bits);
  }

  String readString() {
    Range range = readDelimited();
    text += range.length();
    if (text > MOST_TEXT) {
      throw malformed(
          "its names and parameters are longer than %d bytes in all".formatted(MOST_TEXT));
    }
    byte[] bytes = new byte[(int) range.length()];
    long end = enter(range);
    copyTo(MemorySegment.ofArray(bytes));
    leave(end);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Skips the content of a field that has a length, and says where it is. */
  Range readDelimited() {
    long length = readVarint();
    if (length < 0 || length > limit - position) {
      throw malformed(
          "a field of %s bytes ends behind the message".formatted(Long.toUnsignedString(length)));
    }
    Range range = new Range(index, offset, position, length);
    skipBytes(length);
    return range;
  }

  /**
   * Goes to a part of the message, which then ends where that part does.
   *
   * @return where it ended before, for {@link #leave}
   */
  long enter(Range range) {
    long end = limit;
    index = range.piece();
    piece = pieces.isEmpty() ? MemorySegment.NULL : pieces.get(index);
    offset = range.offset();
    position = range.position();
    limit = position + range.length();
    return end;
  }

  /** Goes on behind the part that was entered, which has been read to its end. */
  void leave(long end) {
    if (position != limit) {
      throw malformed("a field ends too early");
    }
    limit = end;
  }

  /** Skips the content of a field. */
  void skip(int tag) {
    switch (wireType(tag)) {
      case VARINT -> readVarint();
      case FIXED64 -> skipBytes(8);
      case DELIMITED -> readDelimited();
      case FIXED32 -> skipBytes(4);
      default -> throw malformed("field %d has wire type %d".formatted(field(tag), wireType(tag)));
    }
  }

  /** Checks that a field has the wire type it should have. */
  void expect(int tag, int wireType) {
    if (wireType(tag) != wireType) {
      throw malformed(
          "field %d has wire type %d, expected %d".formatted(field(tag), wireType(tag), wireType));
    }
  }

  boolean isAtEnd() {
    return position == limit;
  }

  void skipBytes(long count) {
    expectLeft(count);
    position += count;
    while (count > piece.byteSize() - offset) {
      count -= piece.byteSize() - offset;
      nextPiece();
    }
    offset += count;
  }

  /** Fills a segment with the bytes that come next. */
  void copyTo(MemorySegment to) {
    expectLeft(to.byteSize());
    long done = 0;
    while (done < to.byteSize()) {
      if (offset == piece.byteSize()) {
        nextPiece();
      }
      long count = Math.min(to.byteSize() - done, piece.byteSize() - offset);
      MemorySegment.copy(piece, offset, to, done, count);
      offset += count;
      done += count;
    }
    position += done;
  }

  InferenceException malformed(String why) {
    return InferenceException.invalidArgument("failed to parse the request message: " + why);
  }

  private byte readByte() {
    expectLeft(1);
    while (offset == piece.byteSize()) {
      nextPiece();
    }
    position++;
    return piece.get(JAVA_BYTE, offset++);
  }

  private void expectLeft(long count) {
    if (count > limit - position) {
      throw malformed("it ends too early");
    }
  }

  private void nextPiece() {
    piece = pieces.get(++index);
    offset = 0;
  }
}
