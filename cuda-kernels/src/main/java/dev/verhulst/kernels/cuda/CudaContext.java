package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DeviceException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process's context of one GPU, and the way into it. A context is current per thread, and a
 * call of the driver may block, so calls are made on platform threads only: a platform thread makes
 * its calls itself, with the context pushed before and popped after them; a virtual thread, which
 * would block its carrier, and may find itself on another carrier between two calls, hands them to
 * a worker and waits without holding a carrier.
 */
final class CudaContext implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CudaContext.class);

  private final CUdevice device;
  private final CUcontext context;
  private final ExecutorService workers;
  private volatile @Nullable CudaException failure;
  private boolean released;

  /**
   * Retains the device's primary context.
   *
   * @param threads how many calls of virtual threads are under way at once
   */
  CudaContext(CUdevice device, int ordinal, int threads) {
    this.device = device;
    this.context = CudaDriver.retainPrimaryContext(device);
    this.workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("cuda-" + ordinal + "-", 0).factory());
  }

  /**
   * Runs calls of the driver with the context current, and returns when they have returned, also
   * where the calling thread is interrupted: memory that they use must not go away under them.
   *
   * @throws DeviceException where one of them failed, or an earlier one has lost the device
   */
  <T extends @Nullable Object> T call(Supplier<T> calls) {
    requireUsable();
    return onPlatformThread(calls);
  }

  /**
   * Refuses where the device is lost.
   *
   * @throws DeviceException with what it was lost to
   */
  void requireUsable() {
    CudaException lost = failure;
    if (lost != null) {
      throw new DeviceException("the GPU was lost to an earlier error: " + lost.getMessage(), lost);
    }
  }

  void run(Runnable calls) {
    call(
        () -> {
          calls.run();
          return null;
        });
  }

  /**
   * Runs calls that give back what the context holds. In a lost context nothing is to be done:
   * everything goes with it, and who computes next hears of the loss.
   */
  void release(Runnable calls) {
    if (isUsable()) {
      try {
        run(calls);
      } catch (CudaException e) {
        if (!e.isSticky()) {
          throw e;
        }
        LOG.warn("The GPU was lost while memory was given back: {}", e.getMessage());
      }
    }
  }

  /** Whether calls can still succeed. */
  boolean isUsable() {
    return failure == null;
  }

  /**
   * What the context was lost to.
   *
   * @return null while it is usable
   */
  @Nullable CudaException failure() {
    return failure;
  }

  private <T extends @Nullable Object> T onPlatformThread(Supplier<T> calls) {
    if (!Thread.currentThread().isVirtual()) {
      return withContext(calls);
    }
    try {
      return CompletableFuture.supplyAsync(() -> withContext(calls), workers).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  private <T extends @Nullable Object> T withContext(Supplier<T> calls) {
    try (Current _ = new Current()) {
      return calls.get();
    } catch (CudaException e) {
      if (e.isSticky()) {
        failure = e;
      }
      throw e;
    }
  }

  /** The context, current in this thread until it is closed. */
  private final class Current implements AutoCloseable {

    Current() {
      CudaDriver.pushContext(context);
    }

    @Override
    public void close() {
      CudaDriver.popContext();
    }
  }

  /** Lets go of the context; the driver frees whatever it still holds with the last user's. */
  @Override
  public void close() {
    workers.shutdown();
    CudaDriver.releasePrimaryContext(device);
  }

  /**
   * Has the driver destroy a lost context, with all that it holds, and may be called again where it
   * did not. A result of the driver that it is the old error says nothing: what counts is whether
   * the context is still there. Another user, as a library of CUDA's that has retained it, loses
   * nothing, since it is lost to all.
   *
   * @return whether it is gone
   */
  boolean destroy() {
    workers.shutdown();
    try {
      if (!released) {
        released = true;
        attempt(() -> CudaDriver.releasePrimaryContext(device));
      }
      if (CudaDriver.isPrimaryContextActive(device)) {
        attempt(() -> CudaDriver.resetPrimaryContext(device));
      }
      return !CudaDriver.isPrimaryContextActive(device);
    } catch (CudaException e) {
      LOG.debug("The driver does not say whether a lost context is gone: {}", e.getMessage());
      return false;
    }
  }

  private static void attempt(Runnable call) {
    try {
      call.run();
    } catch (CudaException e) {
      LOG.debug("A lost context is not let go: {}", e.getMessage());
    }
  }
}
