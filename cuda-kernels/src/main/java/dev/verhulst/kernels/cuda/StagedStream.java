package dev.verhulst.kernels.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.LongAdder;
import jcuda.driver.CUfunction;
import jcuda.driver.CUstream;
import org.jspecify.annotations.Nullable;

/**
 * A stream with staging memory of its own: what it is given is done one after the other, beside
 * what other streams are given. Used by one thread at a time, with the context current.
 */
final class StagedStream {

  private static final long SCRATCH_BYTES = (long) Launches.MOST_PARTIALS * Double.BYTES;

  private final CUstream stream;
  private final Staging staging;
  private final DeviceAddress scratch;
  private final KernelParameters parameters;
  private final LongAdder launches = new LongAdder();
  private @Nullable MappedPieces pieces;

  private StagedStream(
      CUstream stream, Staging staging, DeviceAddress scratch, KernelParameters parameters) {
    this.stream = stream;
    this.staging = staging;
    this.scratch = scratch;
    this.parameters = parameters;
  }

  /** Creates a stream, which lives until the resources are closed. */
  static StagedStream create(long stagingBytes, Arena arena, Resources resources) {
    CUstream stream = CudaDriver.createStream();
    resources.onClose(() -> CudaDriver.destroyStream(stream));
    DeviceAddress base = CudaDriver.allocate(stagingBytes);
    resources.onClose(() -> CudaDriver.free(base));
    DeviceAddress scratch = CudaDriver.allocate(SCRATCH_BYTES);
    resources.onClose(() -> CudaDriver.free(scratch));
    return new StagedStream(
        stream, new Staging(base, stagingBytes), scratch, new KernelParameters(arena));
  }

  CUstream stream() {
    return stream;
  }

  Staging staging() {
    return staging;
  }

  /** Memory for the partial sums of one launch of a loss. */
  DeviceAddress scratch() {
    return scratch;
  }

  /** The parameters of the next launch, none yet. */
  KernelParameters parameters() {
    return parameters.clear();
  }

  /** The pieces of the stream's mapped launches; allocated when they are first asked for. */
  MappedPieces pieces(PageLockedMemory memory, CudaContext context) {
    if (pieces == null) {
      pieces = new MappedPieces(memory, context);
    }
    return pieces;
  }

  /** Frees the pieces, which are host memory, and stay when the context is lost. */
  void releasePieces() {
    if (pieces != null) {
      pieces.close();
    }
  }

  /** Copies to the device, from {@code offset} in host memory; no bytes are no copy. */
  void upload(DeviceAddress to, MemorySegment from, long offset, long byteSize) {
    if (byteSize > 0) {
      CudaDriver.copyToDevice(to, HostAddress.of(from, offset), byteSize, stream);
    }
  }

  /** Copies to the host, to {@code offset} in host memory; no bytes are no copy. */
  void download(MemorySegment to, long offset, DeviceAddress from, long byteSize) {
    if (byteSize > 0) {
      CudaDriver.copyToHost(HostAddress.of(to, offset), from, byteSize, stream);
    }
  }

  /** Launches with the {@link #parameters()} as they were last set. */
  void launch(CUfunction function, LaunchGeometry geometry) {
    CudaDriver.launch(
        function, geometry.blocks(), geometry.threads(), stream, parameters.addresses());
    launches.increment();
  }

  /** How many launches the stream has been given. */
  long launches() {
    return launches.sum();
  }

  /** Waits until everything is done. */
  void synchronize() {
    CudaDriver.synchronize(stream);
  }
}
