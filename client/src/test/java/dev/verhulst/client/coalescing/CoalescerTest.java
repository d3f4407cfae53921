package dev.verhulst.client.coalescing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.RequestedOutput;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.client.routing.ManualTime;
import dev.verhulst.client.routing.Route;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of the callers' buffers when a joint answer comes. */
class CoalescerTest {

  /** So many that filling their buffers takes longer than to see that it has begun. */
  private static final int OUTPUTS = 10_000;

  private final CompletableFuture<InferenceResponse> joint = new CompletableFuture<>();
  private final Coalescer coalescer =
      new Coalescer(
          (request, route, timeout) -> joint,
          Coalescing.standard().withMaximumRows(2),
          new ManualTime());

  /** A call of one row, each of whose outputs is a byte of the buffer. */
  private CompletableFuture<InferenceResponse> infer(ByteBuffer into) {
    InferenceRequest.Builder request =
        InferenceRequest.builder("m")
            .input("x", Tensor.of(new float[1], 1, 1))
            .independentRows(true);
    for (int i = 0; i < OUTPUTS; i++) {
      request.output(RequestedOutput.of("y" + i).into(into.slice(i, 1)));
    }
    return coalescer.infer(
        request.build(), new Route(Encoding.BINARY, null), Duration.ofMinutes(1));
  }

  private static InferenceResponse answer() {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < OUTPUTS; i++) {
      ByteBuffer rows = ByteBuffer.wrap(new byte[] {1, 1});
      outputs.put("y" + i, Tensor.wrap(Datatype.UINT8, rows, 2, 1));
    }
    return new InferenceResponse("m", null, null, Map.of(), outputs);
  }

  @Test
  @Timeout(30)
  void aBufferIsTheCallersAgainOnceTheCallIsCancelled() throws InterruptedException {
    ByteBuffer into = ByteBuffer.allocate(OUTPUTS);
    CompletableFuture<InferenceResponse> cancelled = infer(into);
    CompletableFuture<InferenceResponse> other = infer(ByteBuffer.allocate(OUTPUTS));
    Thread answering = new Thread(() -> joint.complete(answer()));
    answering.start();
    while (into.get(0) == 0) {
      Thread.yield();
    }
    cancelled.cancel(true);
    into.put(OUTPUTS - 1, (byte) 7);
    answering.join();
    assertThat(into.get(OUTPUTS - 1)).isEqualTo((byte) 7);
    assertThat(other).isCompleted();
  }
}
