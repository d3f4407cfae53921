package dev.verhulst.benchmarks.endurance;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.ConnectionException;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.error.NotFoundException;
import dev.verhulst.client.error.RequestTimeoutException;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What may befall a server: clients that die in the middle of a request or of its answer, clients
 * that lose patience, and a model that is loaded and unloaded all the time.
 */
final class Disturbance {

  /** The model that comes and goes. */
  static final String MODEL = "coming_and_going";

  private static final int ELEMENTS = 1 << 16;

  private final int port;
  private final SplittableRandom random = new SplittableRandom(1);
  private final AtomicLong killed = new AtomicLong();
  private final AtomicLong impatient = new AtomicLong();
  private final AtomicLong broken = new AtomicLong();
  private final AtomicLong loads = new AtomicLong();

  Disturbance(int port) {
    this.port = port;
  }

  /** Sends a part of a request, or all of it and reads no answer, and resets the connection. */
  void killAClient() throws IOException {
    byte[] head =
        """
        POST /v2/models/sigmoid/infer HTTP/1.1\r
        Host: localhost\r
        Inference-Header-Content-Length: 0\r
        Content-Length: %d\r
        \r
        """
            .formatted(Float.BYTES * ELEMENTS)
            .getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = new Socket("localhost", port)) {
      socket.setSoLinger(true, 0);
      if (random.nextInt(4) == 0) {
        socket.getOutputStream().write(head, 0, random.nextInt(head.length));
      } else {
        socket.getOutputStream().write(head);
        socket.getOutputStream().write(new byte[random.nextInt(5) * Float.BYTES * ELEMENTS / 4]);
      }
    }
    killed.incrementAndGet();
  }

  /**
   * Sends a request with next to no time for its answer.
   *
   * @param client one that nobody else uses: what it cancels may cost others their connection
   */
  void losePatience(VerhulstClient client) {
    InferenceRequest request =
        InferenceRequest.builder("sigmoid")
            .input("x", Tensor.of(new float[ELEMENTS], ELEMENTS))
            .build();
    try {
      client.withTimeout(Duration.ofNanos(random.nextInt(50_000, 3_000_000))).infer(request);
    } catch (RequestTimeoutException expected) {
      impatient.incrementAndGet();
    } catch (ConnectionException failure) {
      // The JDK's client closes the connection of a call that it cancels, at times only when the
      // next call has taken it over.
      broken.incrementAndGet();
    }
  }

  /** Has the model loaded, or unloaded. */
  void loadOrUnload(VerhulstClient client) {
    try {
      if (loads.incrementAndGet() % 4 == 0) {
        client.unloadModel(MODEL);
      } else {
        client.loadModel(MODEL);
      }
    } catch (InvalidRequestException | NotFoundException failure) {
      throw new IllegalStateException("the model can not be loaded or unloaded", failure);
    }
  }

  @Override
  public String toString() {
    return "%,d clients killed in mid-request, %,d timeouts (%,d calls lost their connection to the one before), %,d loads and unloads"
        .formatted(killed.get(), impatient.get(), broken.get(), loads.get());
  }
}
