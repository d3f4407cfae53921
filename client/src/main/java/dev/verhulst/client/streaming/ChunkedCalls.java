package dev.verhulst.client.streaming;

import dev.verhulst.client.activation.Activation;
import dev.verhulst.client.activation.ActivationRequests;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Element-wise activations of tensors that are larger than one request: cut into chunks, a bounded
 * number of which are under way at the same time. Calls return when the whole result is there. A
 * failure gives the rest up; what has been written until then stays written.
 *
 * <p>Buffers are read and filled from their position to their limit, and neither changes. A source
 * must not change before the call has returned; a buffer of an iterator not before the result of
 * its last element has been handed over.
 */
public final class ChunkedCalls {

  private final Chunking chunking;
  private final Window window;

  /** For the client's own use; {@code client.inChunks(...)} makes one. */
  public ChunkedCalls(Function<InferenceRequest, PendingChunk> sender, Chunking chunking) {
    this.chunking = chunking;
    this.window = new Window(sender, chunking.requestsInFlight());
  }

  /** The value at each x, in FP32. */
  public void apply(Activation activation, FloatBuffer x, FloatBuffer y) {
    requireElementwise(activation);
    floats(x, y, chunk -> ActivationRequests.of(activation, chunk, ActivationRequests.VALUE, null));
  }

  /** The derivative at each x, in FP32. */
  public void derivative(Activation activation, FloatBuffer x, FloatBuffer slopes) {
    requireElementwise(activation);
    floats(
        x,
        slopes,
        chunk -> ActivationRequests.of(activation, chunk, ActivationRequests.DERIVATIVE, null));
  }

  /**
   * The value at each x, of any floating-point datatype; the chunks go straight from the one buffer
   * to the socket, and from there into the other.
   *
   * @param x little-endian
   */
  public void apply(Activation activation, Datatype datatype, ByteBuffer x, ByteBuffer y) {
    requireElementwise(activation);
    requireRoom(y.remaining(), x.remaining(), "bytes");
    ByteBuffer source = littleEndian(x);
    ByteBuffer target = y.duplicate();
    bytes(
        datatype,
        source.remaining(),
        (from, length) ->
            ActivationRequests.of(
                activation,
                tensor(datatype, source.slice(source.position() + from, length)),
                ActivationRequests.VALUE,
                target.slice(target.position() + from, length)));
  }

  /**
   * The gradient with respect to x of the gradient with respect to y, fused into one pass, of any
   * floating-point datatype.
   *
   * @param x little-endian
   * @param gradY as many elements, little-endian
   */
  public void backward(
      Activation activation, Datatype datatype, ByteBuffer x, ByteBuffer gradY, ByteBuffer gradX) {
    requireElementwise(activation);
    requireRoom(gradX.remaining(), x.remaining(), "bytes");
    if (gradY.remaining() != x.remaining()) {
      throw new IllegalArgumentException(
          "x has " + x.remaining() + " bytes, but gradY has " + gradY.remaining());
    }
    ByteBuffer values = littleEndian(x);
    ByteBuffer gradients = littleEndian(gradY);
    ByteBuffer target = gradX.duplicate();
    bytes(
        datatype,
        values.remaining(),
        (from, length) ->
            ActivationRequests.backward(
                activation,
                tensor(datatype, values.slice(values.position() + from, length)),
                tensor(datatype, gradients.slice(gradients.position() + from, length)),
                target.slice(target.position() + from, length)));
  }

  /**
   * The value at each x of a source without a known end. The source is asked for a buffer only when
   * a request can leave, and the taker gets the results in order, on the calling thread, in as many
   * buffers as there were requests; what it takes long for, the source waits for.
   *
   * @param x buffers of whole elements, little-endian; larger ones than a chunk are cut
   * @param y takes the results, little-endian
   */
  public void apply(
      Activation activation, Datatype datatype, Iterator<ByteBuffer> x, Consumer<ByteBuffer> y) {
    requireElementwise(activation);
    Iterator<ByteBuffer> chunks = new CutBuffers(x, bytesPerRequest(datatype));
    Iterator<InferenceRequest> requests =
        mapped(
            chunks,
            chunk ->
                ActivationRequests.of(
                    activation, tensor(datatype, chunk), ActivationRequests.VALUE, null));
    window.run(requests, response -> y.accept(response.output(ActivationRequests.VALUE).bytes()));
  }

  private void floats(FloatBuffer x, FloatBuffer y, Function<Tensor, InferenceRequest> request) {
    requireRoom(y.remaining(), x.remaining(), "elements");
    FloatBuffer source = x.duplicate();
    FloatBuffer target = y.duplicate();
    int perRequest = bytesPerRequest(Datatype.FP32) / Float.BYTES;
    Iterator<InferenceRequest> requests =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return source.hasRemaining();
          }

          @Override
          public InferenceRequest next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            float[] chunk = new float[Math.min(perRequest, source.remaining())];
            source.get(chunk);
            return request.apply(Tensor.of(chunk));
          }
        };
    window.run(requests, response -> target.put(response.output().bytes().asFloatBuffer()));
  }

  private interface ChunkRequest {
    InferenceRequest of(int from, int length);
  }

  private void bytes(Datatype datatype, int size, ChunkRequest request) {
    requireWholeElements(datatype, size);
    int perRequest = bytesPerRequest(datatype);
    Iterator<InferenceRequest> requests =
        new Iterator<>() {
          private int from;

          @Override
          public boolean hasNext() {
            return from < size;
          }

          @Override
          public InferenceRequest next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            int length = Math.min(perRequest, size - from);
            InferenceRequest next = request.of(from, length);
            from += length;
            return next;
          }
        };
    window.run(requests, response -> {});
  }

  private int bytesPerRequest(Datatype datatype) {
    return chunking.bytesPerRequest() / datatype.byteSize() * datatype.byteSize();
  }

  private static Tensor tensor(Datatype datatype, ByteBuffer bytes) {
    requireWholeElements(datatype, bytes.remaining());
    return Tensor.wrap(
        datatype, bytes.order(ByteOrder.LITTLE_ENDIAN), bytes.remaining() / datatype.byteSize());
  }

  /** A view of the buffer, which has to be little-endian: {@link Tensor#wrap} says why. */
  private static ByteBuffer littleEndian(ByteBuffer buffer) {
    if (buffer.order() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalArgumentException(
          "the buffer is big-endian, tensors are little-endian: call"
              + " buffer.order(ByteOrder.LITTLE_ENDIAN) before filling it");
    }
    return buffer.duplicate();
  }

  private static void requireElementwise(Activation activation) {
    if (!activation.isElementwise()) {
      throw new IllegalArgumentException(
          activation + " is not element-wise, so that it cannot be computed in chunks");
    }
  }

  private static void requireRoom(int room, int needed, String unit) {
    if (room < needed) {
      throw new IllegalArgumentException(
          "the buffer has room for " + room + " " + unit + ", but the result has " + needed);
    }
  }

  private static void requireWholeElements(Datatype datatype, int size) {
    if (size % datatype.byteSize() != 0) {
      throw new IllegalArgumentException(
          size + " bytes are no whole number of elements of " + datatype);
    }
  }

  private static <A, B> Iterator<B> mapped(Iterator<A> source, Function<A, B> mapping) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return source.hasNext();
      }

      @Override
      public B next() {
        return mapping.apply(source.next());
      }
    };
  }
}
