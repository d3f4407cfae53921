package dev.verhulst.client.grpc;

import com.google.protobuf.ByteString;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.grpc.protocol.InferTensorContents;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The elements of an output that came in the typed fields, as MLServer sends them. */
final class TypedContents {

  private TypedContents() {}

  static ByteBuffer bytes(Datatype datatype, InferTensorContents contents)
      throws ProtocolException {
    return switch (datatype) {
      case BOOL -> {
        ByteBuffer bytes = ByteBuffer.allocate(contents.getBoolContentsCount());
        contents.getBoolContentsList().forEach(value -> bytes.put((byte) (value ? 1 : 0)));
        yield bytes.flip();
      }
      case INT8, INT16, INT32 ->
          integers(
              datatype,
              contents.getIntContentsList().stream().mapToLong(Integer::longValue).toArray());
      case INT64 ->
          integers(
              datatype,
              contents.getInt64ContentsList().stream().mapToLong(Long::longValue).toArray());
      case UINT8, UINT16, UINT32 ->
          integers(
              datatype,
              contents.getUintContentsList().stream().mapToLong(Integer::toUnsignedLong).toArray());
      case UINT64 ->
          integers(
              datatype,
              contents.getUint64ContentsList().stream().mapToLong(Long::longValue).toArray());
      case FP32 -> {
        ByteBuffer bytes = allocate(4L * contents.getFp32ContentsCount());
        contents.getFp32ContentsList().forEach(bytes::putFloat);
        yield bytes.flip();
      }
      case FP64 -> {
        ByteBuffer bytes = allocate(8L * contents.getFp64ContentsCount());
        contents.getFp64ContentsList().forEach(bytes::putDouble);
        yield bytes.flip();
      }
      case BYTES -> {
        long size =
            contents.getBytesContentsList().stream().mapToLong(value -> 4L + value.size()).sum();
        ByteBuffer bytes = allocate(size);
        for (ByteString value : contents.getBytesContentsList()) {
          bytes.putInt(value.size());
          value.copyTo(bytes);
        }
        yield bytes.flip();
      }
      case FP16, BF16 ->
          throw new ProtocolException("an output of " + datatype + " has to come in raw contents");
    };
  }

  private static ByteBuffer integers(Datatype datatype, long[] values) throws ProtocolException {
    try {
      return Tensor.integers(datatype, values, values.length).bytes();
    } catch (IllegalArgumentException e) {
      throw (ProtocolException) new ProtocolException(e.getMessage()).initCause(e);
    }
  }

  private static ByteBuffer allocate(long size) {
    return ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
