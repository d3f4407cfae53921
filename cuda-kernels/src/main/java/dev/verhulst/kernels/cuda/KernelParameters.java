package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a launch, in native memory as the driver reads them: values, and an array of
 * their addresses. The driver has copied them when the launch returns, so one of these serves all
 * launches of a stream.
 */
final class KernelParameters {

  private static final int CAPACITY = 12;
  private static final long SLOT = 8;

  private final MemorySegment values;
  private final HostAddress addresses;
  private int count;

  KernelParameters(Arena arena) {
    values = arena.allocate(CAPACITY * SLOT, SLOT);
    MemorySegment array = arena.allocate(CAPACITY * SLOT, SLOT);
    for (int i = 0; i < CAPACITY; i++) {
      array.setAtIndex(JAVA_LONG, i, values.address() + i * SLOT);
    }
    addresses = HostAddress.of(array, 0);
  }

  KernelParameters clear() {
    count = 0;
    return this;
  }

  /** A pointer, or a null pointer. */
  KernelParameters pointer(@Nullable DeviceAddress address) {
    return integer(address == null ? 0 : address.address());
  }

  /** An {@code unsigned long long}. */
  KernelParameters integer(long value) {
    values.set(JAVA_LONG, next(), value);
    return this;
  }

  /** A number in the type that the kernel computes in: {@code double} for FP64, else float. */
  KernelParameters number(double value, DataType dataType) {
    switch (dataType) {
      case FP64 -> values.set(JAVA_DOUBLE, next(), value);
      case FP16, BF16, FP32 -> values.set(JAVA_FLOAT, next(), (float) value);
    }
    return this;
  }

  private long next() {
    return SLOT * count++;
  }

  HostAddress addresses() {
    return addresses;
  }
}
