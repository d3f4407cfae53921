package dev.verhulst.service.rest;

import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.client.protocol.ProtocolHeaders;
import dev.verhulst.service.compression.DeflatingStream;
import dev.verhulst.service.exchange.Classification;
import dev.verhulst.service.model.InferencePlan;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.PlannedOutput;
import dev.verhulst.service.model.Shape;
import dev.verhulst.service.model.SharedMemoryRange;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The answer to an inference request. Not thread-safe. */
final class Answer {

  static final String BINARY = "application/octet-stream";

  /** What one write to the container may be. */
  private static final long LARGEST_WRITE = 1L << 30;

  /** Beyond the container's own buffer, it is worth a larger one. */
  private static final int LARGE_ANSWER = 8 * 1024;

  private static final int LARGE_BUFFER = 64 * 1024;

  /** How much room the head of HTTP gets in front of the JSON; it takes about a third of it. */
  private static final int HTTP_HEAD = 512;

  private final Model model;
  private final @Nullable String id;
  private final InferencePlan plan;
  private final ExchangeBuffers buffers;
  private final AnswerCoding coding;

  Answer(
      Model model,
      @Nullable String id,
      InferencePlan plan,
      ExchangeBuffers buffers,
      AnswerCoding coding) {
    this.model = model;
    this.id = id;
    this.plan = plan;
    this.buffers = buffers;
    this.coding = coding;
  }

  /**
   * The JSON in front of the outputs' bytes where every output goes out as bytes: it is known
   * before anything is computed, and stays in the buffer until {@link #write}. Null where an output
   * goes out as values or classified, or the JSON is longer than the buffer, or all of it is
   * compressed.
   */
  @Nullable JsonSink head() throws IOException {
    if (coding.compresses()) {
      return null;
    }
    for (PlannedOutput output : plan.outputs()) {
      if (!isBinary(output) || output.isClassified()) {
        return null;
      }
    }
    JsonSink sink = new JsonSink(buffers.output(), null);
    writeJson(sink, List.of());
    return sink.isWhole() ? sink : null;
  }

  /** How much room there should be in front of the first output, for what {@link #head} gave. */
  static int roomFor(@Nullable JsonSink head) {
    return head == null ? 0 : HTTP_HEAD + head.buffered();
  }

  /**
   * Sends the answer.
   *
   * @param connection where its bytes go past the container's buffers; null where they do not
   * @param computed the elements of the outputs, in order
   * @param head what {@link #head} gave
   * @param room memory that ends with the first output and has room for the head in front of it
   */
  void write(
      HttpServletResponse response,
      @Nullable ClientConnection connection,
      List<MemorySegment> computed,
      @Nullable JsonSink head,
      MemorySegment room)
      throws IOException {
    List<MemorySegment> outputs = Classification.of(plan, computed);
    if (head != null) {
      writeBinary(response, connection, outputs, head, room);
      return;
    }
    setVary(response);
    if (coding.compresses()) {
      response.setHeader("Content-Encoding", coding.coding().token());
      try (DeflatingStream out = coding.compress(response.getOutputStream())) {
        writeWhole(response, out, outputs);
        out.finish();
      }
    } else {
      writeWhole(response, response.getOutputStream(), outputs);
    }
  }

  private void writeWhole(
      HttpServletResponse response, ServletOutputStream out, List<MemorySegment> outputs)
      throws IOException {
    if (plan.outputs().stream().anyMatch(Answer::isBinary)) {
      writeMixed(response, out, outputs);
    } else {
      writeNumbers(response, out, outputs);
    }
  }

  /** The JSON is copied to just before the first output, so that both leave in one write. */
  private void writeBinary(
      HttpServletResponse response,
      @Nullable ClientConnection connection,
      List<MemorySegment> outputs,
      JsonSink head,
      MemorySegment room)
      throws IOException {
    int headLength = head.buffered();
    long start = room.byteSize() - outputs.getFirst().byteSize() - headLength;
    MemorySegment.copy(head.buffer(), 0, room, ValueLayout.JAVA_BYTE, start, headLength);
    long length = bodyLength(headLength, outputs);
    if (connection != null) {
      connection.setBinaryHeaders(headLength, length, coding.varies());
      connection.writeBody(room, start);
      for (int i = 1; i < outputs.size(); i++) {
        connection.writeBody(outputs.get(i), 0);
      }
    } else {
      setVary(response);
      setBinaryHeaders(response, headLength, length);
      enlargeBuffer(response, length);
      write(room.asSlice(start), response.getOutputStream());
      for (int i = 1; i < outputs.size(); i++) {
        write(outputs.get(i), response.getOutputStream());
      }
    }
  }

  /** Its length goes in a header, so the JSON is written twice: once to be counted. */
  private void writeMixed(
      HttpServletResponse response, ServletOutputStream out, List<MemorySegment> outputs)
      throws IOException {
    JsonSink counting = new JsonSink(buffers.output(), null);
    writeJson(counting, outputs);
    List<MemorySegment> binary =
        IntStream.range(0, outputs.size())
            .filter(i -> isBinary(plan.outputs().get(i)))
            .mapToObj(outputs::get)
            .toList();
    long length = bodyLength(counting.written(), binary);
    setBinaryHeaders(response, counting.written(), length);
    enlargeBuffer(response, length);
    JsonSink sink = new JsonSink(buffers.output(), out);
    writeJson(sink, outputs);
    sink.flush();
    for (MemorySegment output : binary) {
      write(output, out);
    }
  }

  private void writeNumbers(
      HttpServletResponse response, ServletOutputStream out, List<MemorySegment> outputs)
      throws IOException {
    response.setContentType(ErrorWriter.JSON);
    enlargeBuffer(response, plan.outputs().getFirst().byteSize());
    JsonSink sink = new JsonSink(buffers.output(), out);
    writeJson(sink, outputs);
    if (sink.isWhole() && !coding.compresses()) {
      response.setContentLength(sink.buffered());
    }
    sink.flush();
  }

  private static long bodyLength(long headLength, List<MemorySegment> outputs) {
    long length = headLength;
    for (MemorySegment output : outputs) {
      length += output.byteSize();
    }
    return length;
  }

  private void setVary(HttpServletResponse response) {
    if (coding.varies()) {
      response.setHeader("Vary", AnswerCoding.ACCEPT_ENCODING);
    }
  }

  /** Sets the headers of an answer with bytes in it. */
  private void setBinaryHeaders(HttpServletResponse response, long headLength, long length) {
    response.setContentType(BINARY);
    response.setHeader(ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH, Long.toString(headLength));
    if (!coding.compresses()) {
      response.setContentLengthLong(length);
    }
  }

  private static void enlargeBuffer(HttpServletResponse response, long length) {
    if (length > LARGE_ANSWER) {
      response.setBufferSize(LARGE_BUFFER);
    }
  }

  private static void write(MemorySegment segment, ServletOutputStream out) throws IOException {
    for (long start = 0; start < segment.byteSize(); start += LARGEST_WRITE) {
      long count = Math.min(LARGEST_WRITE, segment.byteSize() - start);
      out.write(segment.asSlice(start, count).asByteBuffer());
    }
  }

  private void writeJson(JsonSink sink, List<MemorySegment> outputs) throws IOException {
    sink.put('{');
    if (id != null) {
      sink.put("\"id\":");
      sink.putString(id);
      sink.put(',');
    }
    sink.put("\"model_name\":");
    sink.putString(model.name());
    sink.put(",\"model_version\":\"");
    sink.put(model.version());
    sink.put("\",\"outputs\":[");
    for (int i = 0; i < plan.outputs().size(); i++) {
      PlannedOutput output = plan.outputs().get(i);
      sink.put(i == 0 ? "{\"name\":\"" : ",{\"name\":\"");
      sink.put(output.name());
      sink.put("\",\"datatype\":\"");
      sink.put(output.isClassified() ? Classification.DATATYPE : output.datatype().name());
      sink.put("\",\"shape\":[");
      writeShape(output.isClassified() ? Classification.shape(output) : output.shape(), sink);
      SharedMemoryRange shared = output.shared();
      if (shared != null) {
        sink.put("],\"parameters\":{\"shared_memory_region\":");
        sink.putString(shared.region());
        sink.put(",\"shared_memory_byte_size\":");
        sink.put(output.byteSize());
        sink.put(",\"shared_memory_offset\":");
        sink.put(shared.offset());
        sink.put("}}");
      } else if (output.binary()) {
        sink.put("],\"parameters\":{\"binary_data_size\":");
        sink.put(output.isClassified() ? outputs.get(i).byteSize() : output.byteSize());
        sink.put("}}");
      } else {
        sink.put("],\"data\":[");
        if (output.isClassified()) {
          writeStrings(outputs.get(i), sink);
        } else if (output.datatype() == Datatype.BOOL) {
          writeBooleans(outputs.get(i), sink);
        } else {
          buffers.numberWriter().write(plan.dataType(), outputs.get(i), sink);
        }
        sink.put("]}");
      }
    }
    sink.put("]}");
  }

  private static void writeBooleans(MemorySegment elements, JsonSink sink) throws IOException {
    for (long i = 0; i < elements.byteSize(); i++) {
      if (i > 0) {
        sink.put(',');
      }
      sink.put(elements.get(ValueLayout.JAVA_BYTE, i) == 0 ? "false" : "true");
    }
  }

  /** Writes elements of BYTES, each of them text, as JSON strings. */
  private static void writeStrings(MemorySegment elements, JsonSink sink) throws IOException {
    long position = 0;
    while (position < elements.byteSize()) {
      if (position > 0) {
        sink.put(',');
      }
      byte[] text = new byte[elements.get(ValueLayout.JAVA_INT_UNALIGNED, position)];
      position += Integer.BYTES;
      MemorySegment.copy(elements, ValueLayout.JAVA_BYTE, position, text, 0, text.length);
      sink.putString(new String(text, StandardCharsets.UTF_8));
      position += text.length;
    }
  }

  /** Whether its bytes follow the JSON. */
  private static boolean isBinary(PlannedOutput output) {
    return output.binary() && output.shared() == null;
  }

  private static void writeShape(Shape shape, JsonSink sink) throws IOException {
    for (int i = 0; i < shape.rank(); i++) {
      if (i > 0) {
        sink.put(',');
      }
      sink.put(shape.dimension(i));
    }
  }
}
