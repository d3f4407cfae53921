package dev.verhulst.service.exchange;

import dev.verhulst.service.batching.BatchRequest;
import dev.verhulst.service.batching.BatchTimings;
import dev.verhulst.service.batching.Batcher;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.memory.TensorMemory;
import dev.verhulst.service.model.InferencePlan;
import dev.verhulst.service.model.InferenceRequest;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.ServedModel;
import dev.verhulst.service.sharedmemory.SharedMemoryRegions;
import dev.verhulst.service.threads.EventLoopThread;
import dev.verhulst.service.tracing.InferenceTrace;
import dev.verhulst.service.tracing.InferenceTracing;
import dev.verhulst.service.tracing.Phase;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;

/**
 * The walk of a tensor: from its codec into leased memory, through the batcher, and back. It runs
 * on the request's own thread, reads top to bottom, and is the same for every protocol.
 */
public final class Inference {

  /** Up to how many bytes tensors do not hold up other connections, in shared memory too. */
  private static final long SHORT = 1 << 20;

  private final TensorMemory memory;
  private final SharedMemoryRegions sharedMemory;
  private final Duration waitTimeout;
  private final InferenceTracing tracing;

  /**
   * @param waitTimeout how long a request waits for memory where it does not say
   */
  public Inference(
      TensorMemory memory,
      SharedMemoryRegions sharedMemory,
      Duration waitTimeout,
      InferenceTracing tracing) {
    this.memory = memory;
    this.sharedMemory = sharedMemory;
    this.waitTimeout = waitTimeout;
    this.tracing = tracing;
  }

  /**
   * Answers a request, or throws what its answer is to be; it is counted either way.
   *
   * @param received when its first byte was seen, by {@link System#nanoTime()}
   * @throws IOException where the caller cannot be read from or written to
   */
  public void run(ServedModel served, Exchange exchange, long received) throws IOException {
    Model model = served.model();
    InferenceTrace trace = tracing.begin(model.name(), model.version(), exchange, received);
    try {
      count(served, exchange, received, trace);
    } catch (IOException | RuntimeException | Error e) {
      trace.failed(e);
      throw e;
    } finally {
      trace.end();
    }
  }

  private void count(ServedModel served, Exchange exchange, long received, InferenceTrace trace)
      throws IOException {
    try {
      infer(served, exchange, received, trace);
    } catch (InterruptedException e) {
      InferenceException interrupted = exchange.interrupted();
      served.metrics().failure(interrupted, received);
      throw interrupted;
    } catch (InferenceException e) {
      served.metrics().failure(e, received);
      throw e;
    } catch (IOException e) {
      served.metrics().failure(ErrorKind.CANCELLED, received);
      throw e;
    } catch (RuntimeException | Error e) {
      served.metrics().failure(ErrorKind.INTERNAL, received);
      throw e;
    }
  }

  private void infer(ServedModel served, Exchange exchange, long received, InferenceTrace trace)
      throws IOException, InterruptedException {
    try (RequestMemory requestMemory = new RequestMemory(memory, waitTimeout)) {
      InferenceRequest request = exchange.decode(requestMemory);
      InferencePlan plan = served.model().plan(request);
      trace.batchSize(plan.batchSize());
      SharedTensors shared = SharedTensors.of(request, plan, sharedMemory);
      TensorLayout layout = new TensorLayout(plan, exchange.prepare(plan));
      if (layout.byteSize() > SHORT) {
        EventLoopThread.leaveLoop();
      }
      long beforeLease = System.nanoTime();
      MemorySegment tensors = requestMemory.tensors(layout.byteSize(), request.timeout());
      long waited = System.nanoTime() - beforeLease;
      List<MemorySegment> inputs = layout.inputs(tensors);
      List<MemorySegment> outputs = layout.outputs(tensors);
      exchange.read(inputs);
      if (shared != null) {
        shared.read(inputs);
      }
      long read = System.nanoTime();
      trace.enter(Phase.QUEUE, read);

      BatchTimings timings =
          execute(
              served.batcher(),
              new BatchRequest(
                  plan.computation(inputs, outputs),
                  plan.batchSize(),
                  request.priority(),
                  remaining(request.timeout(), waited)),
              exchange);

      trace.executionBatchSize(timings.executionBatchSize());
      trace.enter(Phase.COMPUTE, timings.started());
      trace.enter(Phase.WRITE, timings.finished());
      long computed = System.nanoTime();
      if (shared != null) {
        shared.write(outputs);
      }
      exchange.write(outputs, layout.room(tensors));
      served
          .metrics()
          .success(
              timings,
              plan.batchSize(),
              received,
              read - received - waited,
              System.nanoTime() - computed);
    }
  }

  private static BatchTimings execute(Batcher batcher, BatchRequest batch, Exchange exchange)
      throws InterruptedException {
    BatchTimings timings = batcher.executeAtOnce(batch);
    if (timings != null) {
      return timings;
    }
    exchange.watchCaller();
    try {
      return batcher.execute(batch);
    } finally {
      exchange.unwatchCaller();
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
