package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.activation.Activation;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Reply;
import dev.verhulst.client.streaming.ChunkedCalls;
import dev.verhulst.client.streaming.Chunking;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tensors larger than a request, over a real socket. */
class ChunksTest {

  private final FakeServer server = EchoServer.start();
  private final VerhulstClient client = VerhulstClient.connect(server.url());
  private final ChunkedCalls chunks = client.inChunks(new Chunking(1003, 3));

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static ByteBuffer ramp(int from, int elements) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      bytes.putFloat(from + i);
    }
    return bytes.flip();
  }

  @Test
  void floatsOfAnyLength() {
    for (int length : new int[] {0, 1, 249, 250, 251, 500, 10_007}) {
      server.received().clear();
      FloatBuffer x = ramp(0, length).asFloatBuffer();
      FloatBuffer y = FloatBuffer.allocate(length + 2).position(1);
      chunks.apply(Activation.sigmoid(), x, y);
      assertThat(y.slice(1, length)).isEqualTo(x);
      assertThat(server.received()).hasSize((length + 249) / 250);
      assertThat(x.remaining()).as("the source keeps its position").isEqualTo(length);
    }
    FloatBuffer slopes = FloatBuffer.allocate(1);
    chunks.derivative(Activation.gelu(), FloatBuffer.wrap(new float[] {5}), slopes);
    assertThat(slopes.get(0)).isEqualTo(5);
    assertThat(server.received().get(server.received().size() - 1).json()).contains("dy_dx");
  }

  @Test
  void buffersAreFilledInPlace() {
    ByteBuffer x = ramp(7, 5000);
    ByteBuffer y = ByteBuffer.allocateDirect(20_000).order(ByteOrder.LITTLE_ENDIAN);
    chunks.apply(Activation.sigmoid(), Datatype.FP32, x, y);
    assertThat(y).isEqualTo(x);
    assertThat(server.received()).hasSize(20);
  }

  @Test
  void theBackwardFormCutsBothInputsAlike() {
    server.behave(
        request -> {
          byte[] gradY =
              Arrays.copyOfRange(
                  request.binary(), request.binary().length / 2, request.binary().length);
          return Reply.binary(
              "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"grad_x\",\"datatype\":\"FP32\",\"shape\":[%d],\"parameters\":{\"binary_data_size\":%d}}]}"
                  .formatted(gradY.length / 4, gradY.length),
              gradY);
        });
    ByteBuffer gradX = ByteBuffer.allocate(4000);
    chunks.backward(Activation.sigmoid(), Datatype.FP32, ramp(0, 1000), ramp(5, 1000), gradX);
    assertThat(gradX).isEqualTo(ramp(5, 1000));
  }

  @Test
  void aSourceWithoutAKnownEndComesOutInOrder() {
    Iterator<ByteBuffer> source =
        IntStream.range(0, 40).mapToObj(i -> ramp(i * 300, i % 7 == 0 ? 0 : 300)).iterator();
    List<Float> results = new ArrayList<>();
    chunks.apply(
        Activation.sigmoid(),
        Datatype.FP32,
        source,
        chunk -> {
          FloatBuffer floats = chunk.asFloatBuffer();
          while (floats.hasRemaining()) {
            results.add(floats.get());
          }
        });
    List<Float> expected = new ArrayList<>();
    for (int i = 0; i < 40 * 300; i++) {
      if (i / 300 % 7 != 0) {
        expected.add((float) i);
      }
    }
    assertThat(results).isEqualTo(expected);
  }

  @Test
  void aSlowTakerSlowsTheSource() {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    Iterator<ByteBuffer> source =
        IntStream.range(0, 50)
            .mapToObj(
                i -> {
                  assertThat(asked.incrementAndGet() - taken.get()).isLessThanOrEqualTo(3 + 1);
                  return ramp(i, 10);
                })
            .iterator();
    chunks.apply(Activation.sigmoid(), Datatype.FP32, source, chunk -> taken.incrementAndGet());
    assertThat(taken.get()).isEqualTo(50);
  }

  @Test
  void requestsInFlightAreBoundedAndMoreThanOne() {
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    server.behave(
        request -> {
          most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
          three.countDown();
          try {
            three.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          inFlight.decrementAndGet();
          return EchoServer.echo(request);
        });
    ByteBuffer y = ByteBuffer.allocate(20_000);
    chunks.apply(Activation.sigmoid(), Datatype.FP32, ramp(0, 5000), y);
    assertThat(most.get()).isEqualTo(3);
  }

  @Test
  void anErrorStopsIt() {
    AtomicInteger number = new AtomicInteger();
    server.behave(
        request ->
            number.incrementAndGet() >= 5 ? Reply.error(400, "enough") : EchoServer.echo(request));
    AtomicInteger taken = new AtomicInteger();
    Iterator<ByteBuffer> endless =
        IntStream.iterate(0, i -> i + 1).mapToObj(i -> ramp(i, 9)).iterator();
    assertThatThrownBy(
            () ->
                chunks.apply(
                    Activation.sigmoid(), Datatype.FP32, endless, chunk -> taken.incrementAndGet()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("enough");
    assertThat(taken.get()).isLessThanOrEqualTo(4);
    assertThat(number.get()).isLessThanOrEqualTo(7);
  }

  @Test
  void aTakerThatFailsStopsIt() {
    assertThatThrownBy(
            () ->
                chunks.apply(
                    Activation.sigmoid(),
                    Datatype.FP32,
                    List.of(ramp(0, 9), ramp(9, 9)).iterator(),
                    chunk -> {
                      throw new IllegalStateException("the disk is full");
                    }))
        .hasMessage("the disk is full");
  }

  @Test
  void whatCannotBeCutIsRefused() {
    FloatBuffer x = FloatBuffer.allocate(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> chunks.apply(Activation.softmax(), x, x))
        .withMessageContaining("softmax is not element-wise");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> chunks.apply(Activation.sigmoid(), x, FloatBuffer.allocate(3)))
        .withMessage("the buffer has room for 3 elements, but the result has 4");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                chunks.apply(
                    Activation.sigmoid(), Datatype.FP32, ByteBuffer.allocate(8), ramp(0, 2)))
        .withMessageContaining("big-endian");
    assertThatIllegalArgumentException().isThrownBy(() -> new Chunking(7, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Chunking(8, 0));
    assertThat(server.received()).isEmpty();
  }
}
