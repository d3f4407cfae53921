package dev.verhulst.service.batching;

import dev.verhulst.kernels.Device;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One {@link DynamicBatcher} per model, each with the policy that its configuration asks for. */
public final class ModelBatchers implements Batchers, AutoCloseable {

  private final Map<String, DynamicBatcher> batchers = new ConcurrentHashMap<>();
  private final Device device;
  private final Function<String, BatchingPolicy> policies;
  private final Function<String, ExecutionListener> listeners;
  private final LongSupplier nanoTime;

  /**
   * @param policies a model's policy
   * @param listeners who hears of a model's executions
   * @param nanoTime the clock, {@link System#nanoTime()} outside of tests
   */
  public ModelBatchers(
      Device device,
      Function<String, BatchingPolicy> policies,
      Function<String, ExecutionListener> listeners,
      LongSupplier nanoTime) {
    this.device = device;
    this.policies = policies;
    this.listeners = listeners;
    this.nanoTime = nanoTime;
  }

  @Override
  public Batcher forModel(String model) {
    return batchers.computeIfAbsent(
        model,
        name ->
            new DynamicBatcher(
                name, policies.apply(name), device, listeners.apply(name), nanoTime));
  }

  @Override
  public int queueDepth(String model) {
    @Nullable DynamicBatcher batcher = batchers.get(model);
    return batcher == null ? 0 : batcher.depth();
  }

  @Override
  public BatchingPolicy policy(String model) {
    return policies.apply(model);
  }

  /** Refuses new requests, and turns away those that still wait. */
  @Override
  public void close() {
    batchers.values().forEach(DynamicBatcher::close);
  }
}
