package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.client.protocol.ProtocolHeaders;
import dev.verhulst.service.exchange.RequestMemory;
import dev.verhulst.service.model.InferenceRequest;
import dev.verhulst.service.model.InputTensor;
import dev.verhulst.service.model.Shape;
import dev.verhulst.service.model.TensorSignature;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the front of a request's body: its JSON, as a whole; or, where the body is nothing but a
 * tensor, nothing. What is left in the body then are the binary tensors. Not thread-safe.
 */
final class RequestDecoder {

  /** The least that a long body of unknown length grows by. */
  private static final long SMALLEST_PIECE = 8L * ExchangeBuffers.WINDOW;

  /** What share of what it has it grows by at most: so much is wasted in the end. */
  private static final int PIECE_SHARE = 4;

  private final String model;
  private final List<TensorSignature> inputs;
  private final FrameReader frames;
  private final RequestBody body;
  private final RequestMemory memory;
  private final ExchangeBuffers buffers;
  private @Nullable JsonText text;

  /** Understands the frame of a request: its JSON, less the numbers. */
  @FunctionalInterface
  interface FrameReader {

    /**
     * Reads the frame that a scanner holds.
     *
     * @param model the name of the model, for messages
     */
    RequestHeader read(String model, FrameScanner scanner);
  }

  /**
   * @param model the name of the model
   * @param inputs what the model takes
   */
  RequestDecoder(
      String model,
      List<TensorSignature> inputs,
      FrameReader frames,
      RequestBody body,
      RequestMemory memory,
      ExchangeBuffers buffers) {
    this.model = model;
    this.inputs = inputs;
    this.frames = frames;
    this.body = body;
    this.memory = memory;
    this.buffers = buffers;
  }

  /** The JSON that {@link #decode} has read; there is none in a raw binary request. */
  @Nullable JsonText text() {
    return text;
  }

  RequestHeader decode(HttpServletRequest request) throws IOException, InterruptedException {
    String header = request.getHeader(ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH);
    long jsonLength = header == null ? body.contentLength() : jsonLength(header);
    if (header != null && jsonLength == 0) {
      return raw();
    }
    BodyPieces bytes = readBytes(jsonLength);
    JsonText json =
        bytes.isNative()
            ? JsonText.of(bytes, buffers.window())
            : JsonText.in(buffers.window(), (int) bytes.byteSize());
    text = json;
    if (header != null && json.length() < jsonLength) {
      throw pastTheEnd(jsonLength, json.length());
    }
    if (header == null || bytes.isNative()) {
      RequestHeader decoded = read(json);
      if (header == null) {
        expectNoBinary(decoded);
      }
      return decoded;
    }
    LastHeader last = buffers.lastHeader();
    RequestHeader known = last.find(model, frames, buffers.window(), (int) jsonLength);
    if (known != null) {
      return known;
    }
    RequestHeader decoded = read(json);
    if (buffers.scanner().dataCount() == 0) {
      last.keep(model, frames, buffers.window(), (int) jsonLength, decoded);
    }
    return decoded;
  }

  private RequestHeader read(JsonText json) {
    buffers.scanner().scan(json);
    return frames.read(model, buffers.scanner());
  }

  private long jsonLength(String header) {
    long length;
    try {
      length = Long.parseLong(header.strip());
    } catch (NumberFormatException e) {
      throw invalidArgument(
          "%s must be the length of the request's JSON in bytes, got '%s'"
              .formatted(ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH, header));
    }
    if (length < 0) {
      throw invalidArgument(
          "%s must not be negative, got %d"
              .formatted(ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH, length));
    }
    if (body.contentLength() != RequestBody.UNKNOWN && length > body.contentLength()) {
      throw pastTheEnd(length, body.contentLength());
    }
    return length;
  }

  private static RuntimeException pastTheEnd(long jsonLength, long bodyLength) {
    return invalidArgument(
        "%s is %d, past the end of the request's body of %d bytes"
            .formatted(ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH, jsonLength, bodyLength));
  }

  /**
   * Reads that many bytes, or all there are where nobody knows or the body is shorter: into the
   * window, or where they do not fit, into tensor memory.
   */
  private BodyPieces readBytes(long length) throws IOException, InterruptedException {
    byte[] window = buffers.window();
    boolean known = length != RequestBody.UNKNOWN;
    if (known && length > window.length && body.contentLength() != RequestBody.UNKNOWN) {
      MemorySegment whole = memory.body(length);
      return BodyPieces.of(whole.asSlice(0, body.read(whole)));
    }
    int first = (int) (known ? Math.min(length, window.length) : window.length);
    int count = body.read(window, 0, first);
    if (count < first || (known && count == length) || body.isAtEnd()) {
      return BodyPieces.of(MemorySegment.ofArray(window).asSlice(0, count));
    }
    return readInPieces(window, count, known ? length : Long.MAX_VALUE);
  }

  /** Reads what follows the window's content into more memory as the body turns out longer. */
  private BodyPieces readInPieces(byte[] start, int startLength, long length)
      throws IOException, InterruptedException {
    MemorySegment piece = memory.piece(Math.min(length, SMALLEST_PIECE));
    MemorySegment.copy(MemorySegment.ofArray(start), 0, piece, 0, startLength);
    long filled = startLength + body.read(piece.asSlice(startLength));
    BodyPieces pieces = BodyPieces.of(piece.asSlice(0, filled));
    while (filled == piece.byteSize() && pieces.byteSize() < length && !body.isAtEnd()) {
      piece = memory.piece(Math.min(length - pieces.byteSize(), nextPiece(pieces.byteSize())));
      filled = body.read(piece);
      pieces.add(piece.asSlice(0, filled));
    }
    return pieces;
  }

  /** A power of two, which is a size that buffers are made in. */
  private static long nextPiece(long byteSize) {
    return Math.max(SMALLEST_PIECE, Long.highestOneBit(byteSize / PIECE_SHARE));
  }

  private void expectNoBinary(RequestHeader decoded) {
    for (int i = 0; i < decoded.sources().size(); i++) {
      if (decoded.sources().get(i) instanceof TensorSource.Binary) {
        throw invalidArgument(
            "input '%s' for model '%s' has 'binary_data_size', but the request has no header %s"
                .formatted(
                    decoded.request().inputs().get(i).name(),
                    model,
                    ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH));
      }
    }
  }

  /** A body that is one tensor: everything else follows from the model and the body's length. */
  private RequestHeader raw() throws IOException, InterruptedException {
    TensorSignature input = rawInput();
    TensorSource source;
    long byteSize;
    if (body.contentLength() == RequestBody.UNKNOWN) {
      BodyPieces bytes = readBytes(RequestBody.UNKNOWN);
      byteSize = bytes.byteSize();
      source = new TensorSource.Buffered(bytes);
    } else {
      byteSize = body.contentLength();
      source = new TensorSource.Binary(byteSize);
    }
    InputTensor tensor =
        new InputTensor(input.name(), input.datatype().name(), rawShape(input, byteSize));
    InferenceRequest request =
        new InferenceRequest(null, List.of(tensor), List.of(), true, Map.of(), 0, Duration.ZERO);
    return new RequestHeader(request, List.of(source));
  }

  /** The declared shape; its one variable dimension follows from how many bytes there are. */
  private Shape rawShape(TensorSignature input, long byteSize) {
    long others = input.datatype().byteSize();
    for (long dimension : input.shape()) {
      others *= dimension < 0 ? 1 : dimension;
    }
    if (byteSize % others != 0) {
      throw invalidArgument(
          "input byte size mismatch for input '%s' for model '%s'. Expected a multiple of %d, got %d"
              .formatted(input.name(), model, others, byteSize));
    }
    long variable = byteSize / others;
    return Shape.of(input.shape().stream().mapToLong(d -> d < 0 ? variable : d).toArray());
  }

  private TensorSignature rawInput() {
    List<TensorSignature> required = inputs.stream().filter(TensorSignature::required).toList();
    if (required.size() != 1) {
      throw invalidArgument(
          "a raw binary request needs a model of exactly one required input, but model '%s' has %d"
              .formatted(model, required.size()));
    }
    TensorSignature input = required.getFirst();
    if (input.shape().stream().filter(dimension -> dimension < 0).count() != 1) {
      throw invalidArgument(
          "a raw binary request needs an input of one variable dimension, but input '%s' for model '%s' has shape %s"
              .formatted(input.name(), model, input.shape().toString().replace(" ", "")));
    }
    return input;
  }
}
