package dev.verhulst.service.device;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs kernels until they are fast: first those that the server must not be ready without, then all
 * others, in the background and out of the way of requests. Where there is a GPU, the kernels run
 * on both devices, and their speeds decide the {@link Placement}.
 */
public final class WarmUp implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** Small enough for a cache, large enough for the loop to outweigh the call. */
  private static final int ELEMENTS = 4096;

  private static final int LARGE_ELEMENTS = 1 << 20;
  private static final long ROUND_NANOS = 1_000_000;

  /** Compiled code takes 0.1 to 3 ns; interpreted code from 30 ns on. */
  private static final double COMPILED_CPU_NANOS = 8;

  private static final double COMPILED_GPU_NANOS = Double.POSITIVE_INFINITY;

  /** When to give a kernel up for slow: on a machine with no time to spare for the compiler. */
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private static final Duration PAUSE = Duration.ofMillis(30);

  private final ServiceDevice devices;
  private final List<Kernel> first = new ArrayList<>();
  private final List<Kernel> others = new ArrayList<>();
  private final LongSupplier nanoTime;
  private final CompletableFuture<Void> firstAreFast = new CompletableFuture<>();
  private final CountDownLatch othersMayBegin = new CountDownLatch(1);
  private final Thread thread;
  private volatile int remaining;

  /** How many executions requests have caused so far. */
  private volatile LongSupplier executions = () -> 0;

  /**
   * @param firstFunctions the functions whose FP32 kernels come first
   * @param nanoTime the clock, {@link System#nanoTime()} outside of tests
   * @throws IllegalArgumentException where there is no such function
   */
  public WarmUp(ServiceDevice devices, List<String> firstFunctions, LongSupplier nanoTime) {
    this.devices = devices;
    this.nanoTime = nanoTime;
    firstFunctions.forEach(function -> first.addAll(Kernel.of(function, DataType.FP32)));
    for (DataType dataType : List.of(DataType.FP32, DataType.FP64, DataType.BF16, DataType.FP16)) {
      Kernel.functions().forEach(function -> others.addAll(Kernel.of(function, dataType)));
    }
    others.removeAll(first);
    remaining = first.size() + others.size();
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
    return remaining;
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
      warm(first, false);
      firstAreFast.complete(null);
      othersMayBegin.await();
      warm(others, true);
    } catch (InterruptedException e) {
      LOG.debug("The server stops before all kernels are warm");
    } catch (Throwable e) {
      LOG.error("The warm-up failed; kernels get fast as requests use them", e);
    } finally {
      firstAreFast.complete(null);
    }
  }

  private void warm(List<Kernel> kernels, boolean inBackground) throws InterruptedException {
    try (Tensors onCpu = new Tensors(devices.cpu(), ELEMENTS)) {
      for (Kernel kernel : kernels) {
        try {
          warm(kernel, devices.cpu(), onCpu, inBackground);
          Device gpu = devices.gpu();
          if (gpu != null && gpu.isUsable()) {
            warmAndPlace(kernel, gpu, inBackground);
          }
        } catch (RuntimeException e) {
          LOG.error("{} could not be warmed up: {}", kernel, e.toString());
        }
        remaining--;
      }
    }
  }

  /** Runs a kernel until it is fast, or its time is up. */
  private void warm(Kernel kernel, Device device, Tensors tensors, boolean inBackground)
      throws InterruptedException {
    WarmUpProgress progress =
        new WarmUpProgress(
            device.kind() == DeviceKind.CPU ? COMPILED_CPU_NANOS : COMPILED_GPU_NANOS);
    long deadline = nanoTime.getAsLong() + LIMIT.toNanos();
    long seen = executions.getAsLong();
    while (!progress.add(round(kernel, device, tensors, ELEMENTS))) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (nanoTime.getAsLong() - deadline > 0) {
        LOG.warn("{} is not fast yet after {} s; going on", kernel, LIMIT.toSeconds());
        return;
      }
      if (inBackground && seen != executions.getAsLong()) {
        Thread.sleep(PAUSE);
        deadline += PAUSE.toNanos();
        seen = executions.getAsLong();
      }
    }
  }

  /** Calls a kernel for a while; the nanoseconds that an element took. */
  private double round(Kernel kernel, Device device, Tensors tensors, int elements) {
    long start = nanoTime.getAsLong();
    long calls = 0;
    long elapsed;
    do {
      kernel.run(device, tensors.segments, elements);
      calls++;
      elapsed = nanoTime.getAsLong() - start;
    } while (elapsed < ROUND_NANOS);
    return (double) elapsed / (calls * elements);
  }

  private void warmAndPlace(Kernel kernel, Device gpu, boolean inBackground)
      throws InterruptedException {
    try (Tensors small = new Tensors(gpu, ELEMENTS);
        Tensors large = new Tensors(gpu, LARGE_ELEMENTS)) {
      warm(kernel, gpu, small, inBackground);
      MeasuredPlacement placement = devices.measuredPlacement();
      if (placement != null && kernel.output() == Kernel.Output.VALUE) {
        placement.measured(
            kernel.function(),
            kernel.dataType(),
            times(kernel, devices.cpu(), large),
            times(kernel, gpu, large));
      }
    }
  }

  private MeasuredPlacement.Times times(Kernel kernel, Device device, Tensors tensors) {
    round(kernel, device, tensors, LARGE_ELEMENTS);
    return new MeasuredPlacement.Times(
        ELEMENTS,
        ELEMENTS * round(kernel, device, tensors, ELEMENTS),
        LARGE_ELEMENTS,
        LARGE_ELEMENTS * round(kernel, device, tensors, LARGE_ELEMENTS));
  }

  /** What kernels read and write: numbers around 0, in every type. */
  private static final class Tensors implements AutoCloseable {

    private final List<HostBuffer> buffers = new ArrayList<>();
    final List<MemorySegment> segments = new ArrayList<>();

    Tensors(Device device, int elements) {
      for (int i = 0; i < Kernel.TENSORS; i++) {
        HostBuffer buffer = device.allocate((long) elements * DataType.FP64.byteSize());
        buffers.add(buffer);
        segments.add(buffer.segment());
        fill(buffer.segment());
      }
    }

    /** Every 16-bit pattern of it, read as any type, is an ordinary number below 2. */
    private static void fill(MemorySegment segment) {
      for (long i = 0; i < segment.byteSize() / 2; i++) {
        short number = (short) (0x3800 + (i * 37 & 0x7ff) | (i & 1) << 15);
        segment.setAtIndex(ValueLayout.JAVA_SHORT, i, number);
      }
    }

    @Override
    public void close() {
      buffers.forEach(HostBuffer::close);
    }
  }
}
