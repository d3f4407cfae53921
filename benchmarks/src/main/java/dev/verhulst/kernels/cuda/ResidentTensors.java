package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Elements;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import jcuda.driver.CUfunction;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * Tensors that stay on the GPU, and the shipped kernels over them, launched as the backend launches
 * them and timed by the GPU's own clock. For one thread.
 */
public final class ResidentTensors implements AutoCloseable {

  /** The length of a row, for the kernels that have rows. */
  public static final long COLUMNS = 1024;

  private static final long BLOCK_BYTES = 4 << 20;
  private static final int TOGETHER = 10;

  private final CudaContext context;
  private final KernelModules modules;
  private final Launches launches;
  private final DataType dataType;
  private final long byteSize;
  private final Arena arena = Arena.ofShared();
  private final KernelParameters parameters = new KernelParameters(arena);
  private final Resources resources = new Resources();
  private final CUstream stream;
  private final EventTimer timer;
  private final DeviceAddress first;
  private final DeviceAddress second;
  private final DeviceAddress out;
  private final DeviceAddress slope;
  private final DeviceAddress partials;

  /**
   * Three tensors of random numbers between 0.001 and 0.999, normal in every type.
   *
   * @param byteSize the size of each
   */
  public ResidentTensors(GpuUnderTest gpu, DataType dataType, long byteSize) {
    this.dataType = dataType;
    this.byteSize = byteSize;
    context = gpu.context();
    resources.onClose(context::close);
    resources.onClose(arena::close);
    modules = new KernelModules(gpu.computeCapability());
    resources.onClose(() -> context.release(modules::close));
    launches = new Launches(gpu.multiprocessors());
    try {
      stream = created(CudaDriver::createStream);
      resources.onClose(() -> context.release(() -> CudaDriver.destroyStream(stream)));
      timer = created(() -> new EventTimer(stream));
      resources.onClose(() -> context.release(timer::close));
      first = allocate(byteSize);
      second = allocate(byteSize);
      out = allocate(byteSize);
      slope = allocate(COLUMNS * dataType.byteSize());
      partials = allocate((long) Launches.MOST_PARTIALS * Double.BYTES);
      context.run(this::fill);
    } catch (RuntimeException | Error e) {
      resources.closeAfter(e);
      throw e;
    }
  }

  private <T> T created(Supplier<T> calls) {
    return context.call(calls);
  }

  private DeviceAddress allocate(long size) {
    DeviceAddress address = created(() -> CudaDriver.allocate(size));
    resources.onClose(() -> context.release(() -> CudaDriver.free(address)));
    return address;
  }

  private void fill() {
    long blockBytes = Math.min(BLOCK_BYTES, byteSize);
    SplittableRandom random = new SplittableRandom(1838);
    MemorySegment block = arena.allocate(blockBytes, 64);
    for (long i = 0; i < blockBytes / dataType.byteSize(); i++) {
      Elements.set(block, dataType, i, random.nextDouble(0.001, 0.999));
    }
    for (DeviceAddress tensor : List.of(first, second)) {
      for (long offset = 0; offset < byteSize; offset += blockBytes) {
        long length = Math.min(blockBytes, byteSize - offset);
        CudaDriver.copyToDevice(tensor.plus(offset), HostAddress.of(block, 0), length, stream);
      }
    }
    CudaDriver.copyToDevice(
        slope,
        HostAddress.of(block, 0),
        Math.min(blockBytes, COLUMNS * dataType.byteSize()),
        stream);
    CudaDriver.synchronize(stream);
  }

  private long elements() {
    return byteSize / dataType.byteSize();
  }

  /** How long copying a tensor to another takes, in microseconds: its bytes are moved twice. */
  public List<Double> copy(int measurements) {
    return time(
        measurements,
        () -> {
          int result = JCudaDriver.cuMemcpyDtoDAsync(out, first, byteSize, stream);
          if (result != 0) {
            throw new CudaException("cuMemcpyDtoDAsync", result);
          }
        });
  }

  /** How long an activation's value takes, in microseconds: the bytes are moved twice. */
  public List<Double> forward(Activation activation, int measurements) {
    return activation(activation, Pass.FORWARD, measurements);
  }

  /** How long an activation's gradient takes, in microseconds: the bytes are moved three times. */
  public List<Double> backward(Activation activation, int measurements) {
    return activation(activation, Pass.BACKWARD, measurements);
  }

  private List<Double> activation(Activation activation, Pass pass, int measurements) {
    KernelSignature signature = KernelSignature.of(activation);
    CUfunction function =
        created(() -> modules.function(signature.module(), signature.entry(pass, dataType)));
    parameters.clear().pointer(first);
    if (activation instanceof PRelu) {
      parameters.pointer(slope);
    }
    if (pass.readsGradY()) {
      parameters.pointer(second);
    }
    parameters.pointer(out);
    LaunchGeometry geometry = launches.elements(elements());
    if (activation instanceof Softmax) {
      long rows = elements() / COLUMNS;
      parameters.integer(rows).integer(COLUMNS);
      geometry = launches.rows(rows, COLUMNS, dataType);
    } else if (activation instanceof PRelu) {
      parameters.integer(elements()).integer(COLUMNS);
    } else {
      parameters.integer(elements());
      signature.numbers().forEach(number -> parameters.number(number, dataType));
    }
    LaunchGeometry chosen = geometry;
    return time(measurements, () -> launch(function, chosen));
  }

  /**
   * How long the mean binary cross-entropy with its gradient takes, in microseconds: the bytes are
   * moved three times.
   */
  public List<Double> lossWithGradient(int measurements) {
    String name = BinaryCrossEntropyWithLogits.NAME;
    CUfunction loss = created(() -> modules.function(name, KernelEntries.loss(dataType)));
    CUfunction reduction =
        created(() -> modules.function(name, KernelEntries.lossReduction(dataType)));
    LaunchGeometry geometry = Launches.loss(elements());
    double scale = 1.0 / elements();
    return time(
        measurements,
        () -> {
          parameters
              .clear()
              .pointer(first)
              .pointer(second)
              .pointer(null)
              .pointer(null)
              .pointer(null)
              .pointer(out)
              .pointer(partials)
              .integer(elements())
              .integer(1)
              .number(scale, dataType);
          launch(loss, geometry);
          parameters
              .clear()
              .pointer(partials)
              .integer(geometry.blocks())
              .pointer(slope)
              .number(scale, DataType.FP64);
          launch(reduction, Launches.reduction());
        });
  }

  private void launch(CUfunction function, LaunchGeometry geometry) {
    CudaDriver.launch(
        function, geometry.blocks(), geometry.threads(), stream, parameters.addresses());
  }

  private List<Double> time(int measurements, Runnable operation) {
    return created(() -> timer.microseconds(measurements, TOGETHER, operation));
  }

  @Override
  public void close() {
    resources.close();
  }
}
