package dev.verhulst.benchmarks.endurance;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.error.NotFoundException;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Callers that know what they must get: each asks for the leaky_relu of numbers of its own, with a
 * slope of its own, in any size and encoding, over HTTP and gRPC.
 */
final class Traffic implements AutoCloseable {

  private static final int CALLERS = 12;
  private static final int MOST_ELEMENTS = 4096;

  private final List<VerhulstClient> clients;
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong gone = new AtomicLong();

  Traffic(String http, String grpc) {
    clients =
        List.of(
            VerhulstClient.connect(http),
            VerhulstClient.connect(http).withEncoding(Encoding.JSON),
            VerhulstClient.connect(grpc));
  }

  /** How many requests got their answer, and a right one. */
  long answered() {
    return answered.get();
  }

  /** How many asked for a model while it was not loaded, and were told so. */
  long gone() {
    return gone.get();
  }

  /**
   * Calls until told to stop.
   *
   * @param comingAndGoing a model with slope -1 that may not be there; empty for none
   * @throws IllegalStateException where an answer is wrong, or an error that was not asked for
   */
  void run(BooleanSupplier isOver, String comingAndGoing) throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> callers = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        SplittableRandom random = new SplittableRandom(caller);
        callers.add(
            threads.submit(
                () -> {
                  while (!isOver.getAsBoolean()) {
                    call(random, comingAndGoing);
                  }
                }));
      }
      for (Future<?> caller : callers) {
        caller.get();
      }
    } catch (ExecutionException failure) {
      throw new IllegalStateException("a caller failed", failure.getCause());
    }
  }

  private void call(SplittableRandom random, String comingAndGoing) {
    VerhulstClient client = clients.get(random.nextInt(10) % clients.size());
    boolean mayBeGone = !comingAndGoing.isEmpty() && random.nextInt(20) == 0;
    float slope = mayBeGone ? -1 : random.nextInt(-8, 8) / 8f;
    float[] x = new float[random.nextInt(MOST_ELEMENTS)];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(-1 << 20, 1 << 20);
    }
    InferenceRequest.Builder request =
        InferenceRequest.builder(mayBeGone ? comingAndGoing : "leaky_relu")
            .input("x", Tensor.of(x, x.length));
    if (!mayBeGone) {
      request.parameter("alpha", (double) slope);
    }
    try {
      expect(x, slope, client.infer(request.build()).output("y").toFloats());
      answered.incrementAndGet();
    } catch (InvalidRequestException | NotFoundException failure) {
      if (!mayBeGone) {
        throw failure;
      }
      gone.incrementAndGet();
    }
  }

  private static void expect(float[] x, float slope, float[] y) {
    if (y.length != x.length) {
      throw new IllegalStateException("sent " + x.length + " numbers, got " + y.length);
    }
    for (int i = 0; i < x.length; i++) {
      // Exact: an integer of 20 bits times an eighth. The sum makes -0 equal to 0.
      float expected = x[i] > 0 ? x[i] : slope * x[i];
      if (y[i] + 0f != expected + 0f) {
        throw new IllegalStateException(
            "leaky_relu of %s with alpha %s is %s, got %s".formatted(x[i], slope, expected, y[i]));
      }
    }
  }

  @Override
  public void close() {
    clients.forEach(VerhulstClient::close);
  }
}
