package dev.verhulst.benchmarks.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One protobuf message that is being written: fields of varints, bytes, strings and messages, as
 * the <a href="https://protobuf.dev/programming-guides/encoding/">wire format</a> lays them out. It
 * is all that an ONNX model needs, which spares the benchmarks a protobuf compiler.
 */
final class ProtobufMessage {

  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;

  private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();

  ProtobufMessage varint(int field, long value) {
    writeVarint(((long) field << 3) | VARINT);
    writeVarint(value);
    return this;
  }

  ProtobufMessage bytes(int field, byte[] value) {
    writeVarint(((long) field << 3) | LENGTH_DELIMITED);
    writeVarint(value.length);
    encoded.writeBytes(value);
    return this;
  }

  ProtobufMessage string(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtobufMessage message(int field, ProtobufMessage value) {
    return bytes(field, value.toBytes());
  }

  byte[] toBytes() {
    return encoded.toByteArray();
  }

  private void writeVarint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      encoded.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    encoded.write((int) rest);
  }
}
