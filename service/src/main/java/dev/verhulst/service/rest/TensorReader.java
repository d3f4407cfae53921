package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.kernels.DataType;
import dev.verhulst.service.model.InputTensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the elements of a request's inputs to where they are computed on. */
final class TensorReader {

  private final String model;
  private final RequestHeader header;
  private final DataType dataType;
  private final List<Long> byteSizes;
  private final RequestBody body;
  private final @Nullable JsonText text;

  /**
   * @param model the name of the model, for messages
   * @param dataType the type of all inputs
   * @param byteSizes the size in bytes of each input, in the request's order
   * @param text the request's JSON, where it has one
   */
  TensorReader(
      String model,
      RequestHeader header,
      DataType dataType,
      List<Long> byteSizes,
      RequestBody body,
      @Nullable JsonText text) {
    this.model = model;
    this.header = header;
    this.dataType = dataType;
    this.byteSizes = byteSizes;
    this.body = body;
    this.text = text;
  }

  /**
   * Compares what the request says of its inputs' sizes with their shapes and with its body, so
   * that nothing is allocated for a request that cannot be right.
   */
  void checkSizes() {
    long binary = 0;
    for (int i = 0; i < header.sources().size(); i++) {
      long expected = byteSizes.get(i);
      switch (header.sources().get(i)) {
        case TensorSource.Binary(long byteSize) -> {
          if (byteSize != expected) {
            throw invalidArgument(
                "input byte size mismatch for %s. Expected %d, got %d"
                    .formatted(name(i), expected, byteSize));
          }
          binary = Math.addExact(binary, byteSize);
          expectSent(i, binary);
        }
        case TensorSource.Json(long start, long end) -> {
          // Every element takes a character at least, and every one but the last a comma.
          long most = (end - start) / 2;
          if (input(i).shape().elements() > most) {
            throw invalidArgument(
                "%s holds fewer elements than its shape %s has: expected %d, got at most %d"
                    .formatted(name(i), input(i).shape(), input(i).shape().elements(), most));
          }
        }
        case TensorSource.Buffered _, TensorSource.Shared _ -> {}
      }
    }
    long left = body.contentLength() - body.consumed();
    if (body.contentLength() != RequestBody.UNKNOWN && left > binary) {
      throw unexpected(left - binary);
    }
  }

  /** Reads every input to its place, and holds the body to its end. */
  void read(List<MemorySegment> inputs) throws IOException {
    for (int i = 0; i < inputs.size(); i++) {
      MemorySegment to = inputs.get(i);
      switch (header.sources().get(i)) {
        case TensorSource.Binary(long byteSize) -> {
          long read = body.read(to);
          if (read < byteSize) {
            throw missing(i, byteSize - read);
          }
        }
        case TensorSource.Json(long start, long _) -> {
          if (text == null) {
            throw new IllegalStateException("this is a bug: numbers without a text");
          }
          NumberReader.read(text, start, name(i), input(i).shape().elements(), dataType, to);
        }
        case TensorSource.Buffered(BodyPieces bytes) -> bytes.copyTo(to);
        case TensorSource.Shared _ -> {}
      }
    }
    if (!body.isAtEnd()) {
      throw unexpected(-1);
    }
  }

  private void expectSent(int index, long needed) {
    long left = body.contentLength() - body.consumed();
    if (body.contentLength() != RequestBody.UNKNOWN && left < needed) {
      throw missing(index, needed - left);
    }
  }

  private RuntimeException missing(int index, long bytes) {
    return invalidArgument(
        "the request's body ends too early: %s is missing %d bytes".formatted(name(index), bytes));
  }

  private RuntimeException unexpected(long bytes) {
    return invalidArgument(
        "the request's body for model '%s' holds %s behind its last input"
            .formatted(model, bytes < 0 ? "bytes" : bytes + " bytes"));
  }

  private InputTensor input(int index) {
    return header.request().inputs().get(index);
  }

  private String name(int index) {
    return "input '%s' for model '%s'".formatted(input(index).name(), model);
  }
}
