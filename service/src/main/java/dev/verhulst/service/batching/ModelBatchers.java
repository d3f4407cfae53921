package dev.verhulst.service.batching;

import dev.verhulst.kernels.Device;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.LongSupplier;

/** Makes a {@link DynamicBatcher} for each version of a model, and closes them with the server. */
public final class ModelBatchers implements Batchers, AutoCloseable {

  /** Weakly held: what is no longer served may still have requests, but needs no remembering. */
  private final Set<DynamicBatcher> open =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private final Device device;
  private final LongSupplier nanoTime;
  private volatile boolean closed;

  /**
   * @param nanoTime the clock, {@link System#nanoTime()} outside of tests
   */
  public ModelBatchers(Device device, LongSupplier nanoTime) {
    this.device = device;
    this.nanoTime = nanoTime;
  }

  @Override
  public Batcher open(String model, BatchingPolicy policy, ExecutionListener listener) {
    DynamicBatcher batcher =
        new DynamicBatcher(model, policy, device, listener, nanoTime, Thread::yield);
    open.add(batcher);
    if (closed) {
      batcher.close();
    }
    return batcher;
  }

  /** Refuses new requests, and turns away those that still wait. */
  @Override
  public void close() {
    closed = true;
    List<DynamicBatcher> all;
    synchronized (open) {
      all = List.copyOf(open);
    }
    all.forEach(DynamicBatcher::close);
  }
}
