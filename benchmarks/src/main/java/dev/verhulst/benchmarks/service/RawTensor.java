package dev.verhulst.benchmarks.service;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.activation.Sigmoid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The memory of one tensor of a {@link RawConnection}, with the head and the JSON of its answer
 * right in front, so that the answer is one piece. It serves request after request of the same
 * size.
 */
final class RawTensor implements AutoCloseable {

  private static final Sigmoid SIGMOID = new Sigmoid();

  /** Where the tensor begins; the answer's head and JSON end there. */
  private static final int START = 512;

  private final HostBuffer buffer;
  private final ByteBuffer unread;
  private final ByteBuf answer;
  private final List<ActivationTask> tasks;

  RawTensor(Device device, int byteSize) {
    buffer = device.allocate(START + (long) byteSize);
    MemorySegment tensor = buffer.segment().asSlice(START, byteSize);
    unread = tensor.asByteBuffer();
    int elements = byteSize / Float.BYTES;
    tasks = List.of(new ActivationTask(elements, elements, tensor, null, null, tensor, null, null));
    byte[] head = head(elements, byteSize).getBytes(StandardCharsets.US_ASCII);
    long answerStart = START - head.length;
    buffer.segment().asSlice(answerStart).copyFrom(MemorySegment.ofArray(head));
    answer = Unpooled.wrappedBuffer(buffer.segment().asSlice(answerStart).asByteBuffer());
  }

  int byteSize() {
    return unread.capacity();
  }

  /** The tensor's memory, at the place where the request's next bytes go. */
  ByteBuffer unread() {
    return unread;
  }

  void compute(Device device) {
    device.run(SIGMOID, DataType.FP32, tasks);
  }

  /** The whole answer; it may be sent while this object is open. */
  ByteBuf answer() {
    return answer.retainedDuplicate();
  }

  @Override
  public void close() {
    answer.release();
    buffer.close();
  }

  /** The answer up to the tensor. */
  private static String head(int elements, int byteSize) {
    String json =
        """
        {"id":"1","model_name":"sigmoid","model_version":"1",\
        "outputs":[{"name":"y","datatype":"FP32","shape":[%d],\
        "parameters":{"binary_data_size":%d}}]}"""
            .formatted(elements, byteSize);
    return """
        HTTP/1.1 200\r
        Content-Type: application/octet-stream\r
        Inference-Header-Content-Length: %d\r
        Content-Length: %d\r
        \r
        %s"""
        .formatted(json.length(), json.length() + byteSize, json);
  }
}
