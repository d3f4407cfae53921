package dev.verhulst.service.rest;

import dev.verhulst.service.batching.BatchRequest;
import dev.verhulst.service.batching.BatchTimings;
import dev.verhulst.service.batching.Batcher;
import dev.verhulst.service.batching.Batchers;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.memory.TensorMemory;
import dev.verhulst.service.metrics.InferenceMetrics;
import dev.verhulst.service.metrics.ModelMetrics;
import dev.verhulst.service.model.InferencePlan;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.ModelCatalogue;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Inference over HTTP: the walk of a tensor from the socket into leased memory, through the
 * batcher, and back. Runs on the request's own virtual thread and reads top to bottom.
 */
final class InferEndpoint {

  private final TensorMemory memory;
  private final ClientWatch clientWatch;
  private final Duration waitTimeout;
  private final long maxBodySize;
  private final ExchangeBuffers.Pool buffersPool;
  private final Map<String, Queue> queues = new HashMap<>();

  private record Queue(Batcher batcher, ModelMetrics metrics) {}

  /**
   * @param waitTimeout how long a request waits for memory where it does not say
   */
  InferEndpoint(
      ModelCatalogue models,
      TensorMemory memory,
      Batchers batchers,
      InferenceMetrics metrics,
      ClientWatch clientWatch,
      HttpProperties properties,
      Duration waitTimeout) {
    this.memory = memory;
    this.clientWatch = clientWatch;
    this.waitTimeout = waitTimeout;
    this.maxBodySize = properties.maxBodySize().toBytes();
    this.buffersPool = new ExchangeBuffers.Pool(256);
    for (Model model : models.all()) {
      String name = model.canonicalName();
      queues.put(model.name(), new Queue(batchers.forModel(name), metrics.model(name)));
    }
  }

  /**
   * Answers a request, or throws what its answer is to be; it is counted either way.
   *
   * @throws IOException where the client cannot be read from or written to
   */
  void handle(Model model, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Queue queue = queues.get(model.name());
    if (queue == null) {
      throw new IllegalStateException("this is a bug: no queue for model " + model.name());
    }
    try {
      infer(model, queue, request, response);
    } catch (InferenceException e) {
      queue.metrics().failure(e.kind());
      throw e;
    } catch (IOException e) {
      queue.metrics().failure(ErrorKind.CANCELLED);
      throw e;
    } catch (RuntimeException e) {
      queue.metrics().failure(ErrorKind.INTERNAL);
      throw e;
    }
  }

  private void infer(
      Model model, Queue queue, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    long received = System.nanoTime();
    RequestBody body = new RequestBody(request, maxBodySize);
    try (ExchangeBuffers buffers = buffersPool.take();
        RequestMemory requestMemory = new RequestMemory(memory, waitTimeout)) {
      RequestDecoder decoder = new RequestDecoder(model, body, requestMemory, buffers);
      RequestHeader header = decoder.decode(request);
      InferencePlan plan = model.plan(header.request());
      TensorReader reader = new TensorReader(model, header, plan, body, decoder.text());
      reader.checkSizes();

      Answer answer = new Answer(model.name(), header.request().id(), plan, buffers);
      JsonSink head = answer.head();
      TensorLayout layout = new TensorLayout(plan, head == null ? 0 : head.buffered());
      Duration timeout = header.request().timeout();
      long beforeLease = System.nanoTime();
      MemorySegment tensors = requestMemory.tensors(layout.byteSize(), timeout);
      long waited = System.nanoTime() - beforeLease;
      List<MemorySegment> inputs = layout.inputs(tensors);
      List<MemorySegment> outputs = layout.outputs(tensors);
      reader.read(inputs);
      long read = System.nanoTime();

      BatchTimings timings =
          execute(
              queue.batcher(),
              new BatchRequest(
                  plan.computation(inputs, outputs),
                  plan.batchSize(),
                  header.request().priority(),
                  remaining(timeout, waited)),
              request);

      long computed = System.nanoTime();
      answer.write(response, outputs, head, layout.room(tensors));
      response.flushBuffer();
      queue
          .metrics()
          .success(
              timings,
              plan.batchSize(),
              received,
              read - received - waited,
              System.nanoTime() - computed);
    } catch (InterruptedException e) {
      throw InferenceException.unavailable("the server is shutting down", Duration.ofSeconds(1));
    }
  }

  private BatchTimings execute(Batcher batcher, BatchRequest batch, HttpServletRequest request)
      throws InterruptedException {
    try (ClientWatch.Guard guard = clientWatch.watch(request)) {
      try {
        return batcher.execute(batch);
      } catch (InterruptedException e) {
        if (guard.clientLeft()) {
          throw new InferenceException(ErrorKind.CANCELLED, "the client has left");
        }
        throw e;
      }
    }
  }

  /** What is left of a request's timeout: never zero, which would stand for the default. */
  private static Duration remaining(Duration timeout, long waitedNanos) {
    if (timeout.isZero() || waitedNanos < 1_000_000) {
      return timeout;
    }
    Duration left = timeout.minusNanos(waitedNanos);
    return left.isPositive() ? left : Duration.ofNanos(1);
  }
}
