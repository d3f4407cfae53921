package dev.verhulst.service.fakes;

import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.HostBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Host memory that counts what is made and freed, and can run out. */
public final class FakeHostMemory implements LongFunction<HostBuffer> {

  private final AtomicInteger made = new AtomicInteger();
  private final AtomicLong liveBytes = new AtomicLong();
  private final AtomicLong largestLiveBytes = new AtomicLong();
  private volatile boolean exhausted;

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the buffer closes its arena
  public HostBuffer apply(long byteSize) {
    if (exhausted) {
      throw new DeviceException("out of page-locked memory");
    }
    made.incrementAndGet();
    long live = liveBytes.addAndGet(byteSize);
    largestLiveBytes.accumulateAndGet(live, Math::max);
    Arena arena = Arena.ofShared();
    MemorySegment segment = arena.allocate(Math.max(byteSize, 1), HostBuffer.ALIGNMENT);
    return new HostBuffer() {
      @Override
      public MemorySegment segment() {
        return segment;
      }

      @Override
      public void close() {
        arena.close();
        liveBytes.addAndGet(-byteSize);
      }
    };
  }

  /** From now on, whether there is no memory left. */
  public void exhausted(boolean exhausted) {
    this.exhausted = exhausted;
  }

  /** How many buffers were ever made. */
  public int made() {
    return made.get();
  }

  /** How many bytes are not freed. */
  public long liveBytes() {
    return liveBytes.get();
  }

  /** The most bytes that were ever alive at once. */
  public long largestLiveBytes() {
    return largestLiveBytes.get();
  }
}
