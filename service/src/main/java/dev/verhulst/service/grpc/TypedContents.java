package dev.verhulst.service.grpc;

import static dev.verhulst.service.grpc.ProtobufReader.DELIMITED;
import static dev.verhulst.service.grpc.ProtobufReader.FIXED32;
import static dev.verhulst.service.grpc.ProtobufReader.FIXED64;
import static dev.verhulst.service.grpc.ProtobufReader.field;
import static dev.verhulst.service.grpc.ProtobufReader.wireType;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a tensor in the field that fits its type ({@code InferTensorContents}): where
 * they are in the message, and how many. Packed floats lie there as in memory, so they are copied
 * as they are.
 *
 * @param range where the contents lie
 * @param fp32Count how many elements are in {@code fp32_contents}
 * @param fp64Count how many elements are in {@code fp64_contents}
 * @param otherField the name of another field that has elements, or null
 */
record TypedContents(
    ProtobufReader.Range range, long fp32Count, long fp64Count, @Nullable String otherField) {

  private static final int FP32 = 6;
  private static final int FP64 = 7;
  private static final String[] FIELDS = {
    "",
    "bool_contents",
    "int_contents",
    "int64_contents",
    "uint_contents",
    "uint64_contents",
    "fp32_contents",
    "fp64_contents",
    "bytes_contents"
  };

  /** Looks through the contents that come next in a message. */
  static TypedContents scan(ProtobufReader message) {
    ProtobufReader.Range range = message.readDelimited();
    long end = message.enter(range);
    long fp32 = 0;
    long fp64 = 0;
    String other = null;
    for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
      switch (field(tag)) {
        case FP32 -> fp32 += count(message, tag, FIXED32, Float.BYTES);
        case FP64 -> fp64 += count(message, tag, FIXED64, Double.BYTES);
        default -> {
          if (field(tag) < FIELDS.length) {
            other = FIELDS[field(tag)];
          }
          message.skip(tag);
        }
      }
    }
    message.leave(end);
    return new TypedContents(range, fp32, fp64, other);
  }

  private static long count(ProtobufReader message, int tag, int unpacked, int byteSize) {
    if (wireType(tag) == unpacked) {
      message.skipBytes(byteSize);
      return 1;
    }
    message.expect(tag, DELIMITED);
    long length = message.readDelimited().length();
    if (length % byteSize != 0) {
      throw message.malformed(
          "%s has %d bytes, no multiple of %d".formatted(FIELDS[field(tag)], length, byteSize));
    }
    return length / byteSize;
  }

  /**
   * Copies the elements to where they are computed on.
   *
   * @param to as large as all of them
   */
  void read(ProtobufReader message, MemorySegment to) {
    long end = message.enter(range);
    long done = 0;
    for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
      if (field(tag) != FP32 && field(tag) != FP64) {
        message.skip(tag);
        continue;
      }
      long length =
          switch (wireType(tag)) {
            case FIXED32 -> Float.BYTES;
            case FIXED64 -> Double.BYTES;
            default -> message.readVarint();
          };
      message.copyTo(to.asSlice(done, length));
      done += length;
    }
    message.leave(end);
  }
}
