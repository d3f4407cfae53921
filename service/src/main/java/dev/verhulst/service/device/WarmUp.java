package dev.verhulst.service.device;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.PlacementProbe;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs kernels until they are fast: first those that the server must not be ready without, then all
 * others, in the background and out of the way of requests. Where there is a GPU, the kernels run
 * on both devices, and their speeds decide the {@link Placement}.
 */
public final class WarmUp implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private static final Duration SHORTEST_REST = Duration.ofMillis(300);
  private static final Duration LONGEST_REST = Duration.ofSeconds(5);

  /** How many times as long as the compiler has worked the background rests. */
  private static final int REST_PER_COMPILING = 20;

  private static final List<Long> PROBED_BYTES =
      List.of(1L << 14, 1L << 16, 1L << 18, 1L << 20, 1L << 22, 1L << 24);

  private final ServiceDevice devices;
  private final LongSupplier nanoTime;
  private final List<Kernel> first = new ArrayList<>();
  private final List<List<Kernel>> others = new ArrayList<>();
  private final AtomicInteger remaining = new AtomicInteger();
  private final CompletableFuture<Void> firstAreFast = new CompletableFuture<>();
  private final CountDownLatch othersMayBegin = new CountDownLatch(1);
  private final Thread thread;

  /** How many executions requests have caused so far. */
  private volatile LongSupplier executions = () -> 0;

  private long seenExecutions;
  private long seenCompilingMillis;
  private boolean gpuFailed;

  /**
   * @param firstFunctions the functions whose FP32 kernels come first
   * @param nanoTime the clock, {@link System#nanoTime()} outside of tests
   * @throws IllegalArgumentException where there is no such function
   */
  public WarmUp(ServiceDevice devices, List<String> firstFunctions, LongSupplier nanoTime) {
    this.devices = devices;
    this.nanoTime = nanoTime;
    firstFunctions.forEach(function -> first.addAll(Kernel.of(function, DataType.FP32)));
    remaining.addAndGet(first.size());
    for (DataType dataType : List.of(DataType.FP32, DataType.FP64, DataType.BF16, DataType.FP16)) {
      for (String function : Kernel.functions()) {
        List<Kernel> kernels = new ArrayList<>(Kernel.of(function, dataType));
        kernels.removeAll(first);
        others.add(kernels);
        remaining.addAndGet(kernels.size());
      }
    }
    thread = Thread.ofPlatform().name("verhulst-warm-up").daemon().unstarted(this::run);
  }

  /** The names of all functions. */
  public static List<String> functions() {
    return Kernel.functions();
  }

  /** Those of the names that name no function. */
  public static List<String> unknownFunctions(List<String> names) {
    return names.stream().filter(name -> !Kernel.isFunction(name)).toList();
  }

  /** Begins with the first kernels. */
  public void start() {
    thread.start();
  }

  /** Done when the first kernels are fast. */
  public CompletableFuture<Void> firstAreFast() {
    return firstAreFast;
  }

  /**
   * Lets the other kernels have their turn: the server is ready.
   *
   * @param executions how many executions requests have caused so far: while it moves, the
   *     background holds back
   */
  public void continueInBackground(LongSupplier executions) {
    this.executions = executions;
    othersMayBegin.countDown();
  }

  /** How many kernels have not run until they were fast. */
  public int remaining() {
    return remaining.get();
  }

  /** Ends the warm-up where it stands, and waits for its thread. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      warm(first, () -> 0);
      firstAreFast.complete(null);
      othersMayBegin.await();
      calibrate();
      place(first);
      for (List<Kernel> ofOneFunction : others) {
        warm(ofOneFunction, this::letRequestsPass);
        place(ofOneFunction);
      }
      LOG.debug("All kernels are warm");
    } catch (InterruptedException e) {
      LOG.debug("The server stops before all kernels are warm");
    } catch (Throwable e) {
      LOG.error("The warm-up failed; kernels get fast as requests use them", e);
    } finally {
      firstAreFast.complete(null);
    }
  }

  private void warm(List<Kernel> kernels, KernelWarmer.Brake brake) throws InterruptedException {
    Device gpu = workingGpu();
    if (gpu != null) {
      try {
        new KernelWarmer(gpu, nanoTime, brake).warm(kernels, () -> {});
      } catch (DeviceException e) {
        giveGpuUp(e);
      }
    }
    new KernelWarmer(devices.cpu(), nanoTime, brake).warm(kernels, remaining::decrementAndGet);
  }

  private @Nullable Device workingGpu() {
    Device gpu = devices.gpu();
    return gpu != null && gpu.isUsable() && !gpuFailed ? gpu : null;
  }

  private void giveGpuUp(DeviceException failure) {
    gpuFailed = true;
    LOG.error("The GPU's kernels could not be warmed up and placed: {}", failure.getMessage());
  }

  private long letRequestsPass() throws InterruptedException {
    long now = executions.getAsLong();
    if (now == seenExecutions) {
      return 0;
    }
    long compilingMillis = compilingMillis();
    Duration rest = rest(Duration.ofMillis(compilingMillis - seenCompilingMillis));
    seenCompilingMillis = compilingMillis;
    Thread.sleep(rest);
    seenExecutions = executions.getAsLong();
    return rest.toNanos();
  }

  /** How long the JIT compiler has worked so far; 0 for a JVM without one. */
  private static long compilingMillis() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    return compiler == null ? 0 : compiler.getTotalCompilationTime();
  }

  /**
   * How long the background rests after a turn of a millisecond while requests come in. A turn may
   * give the compiler a loop, for tens of milliseconds: both together shall take about a twentieth
   * of one processor. Just after the start, when the compiler works for the requests themselves,
   * the background stays out of its way.
   *
   * @param compiling how long the compiler has worked since the last turn
   */
  static Duration rest(Duration compiling) {
    Duration rest = compiling.multipliedBy(REST_PER_COMPILING);
    if (rest.compareTo(SHORTEST_REST) < 0) {
      return SHORTEST_REST;
    }
    return rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
  }

  private void calibrate() {
    Device gpu = workingGpu();
    if (gpu != null) {
      try {
        gpu.calibrate(nanoTime);
      } catch (DeviceException e) {
        giveGpuUp(e);
      }
    }
  }

  /** Measures from which size on the GPU computes a function sooner. */
  private void place(List<Kernel> kernels) throws InterruptedException {
    MeasuredPlacement placement = devices.measuredPlacement();
    PlacementProbe probe = new PlacementProbe(nanoTime);
    for (Kernel kernel : kernels) {
      Device gpu = workingGpu();
      if (gpu == null || placement == null) {
        return;
      }
      if (kernel.output() == Kernel.Output.VALUE) {
        letRequestsPass();
        try {
          long fromBytes =
              probe.crossoverBytes(
                  devices.cpu(), gpu, kernel.likeIt(), kernel.dataType(), PROBED_BYTES);
          placement.measured(kernel.function(), kernel.dataType(), fromBytes);
        } catch (DeviceException e) {
          giveGpuUp(e);
        }
      }
    }
  }
}
