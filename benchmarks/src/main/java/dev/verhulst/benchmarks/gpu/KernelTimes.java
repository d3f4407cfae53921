package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.DataType;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/** How long each kernel took on the device, for those who compare with it. */
final class KernelTimes {

  /** What a kernel was timed for. */
  enum Direction {
    FORWARD,
    BACKWARD;

    /** As the record and the PyTorch script write it. */
    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private record Key(String function, DataType dataType, Direction direction) {}

  private final Map<Key, Double> microseconds = new ConcurrentHashMap<>();

  void add(String function, DataType dataType, Direction direction, double median) {
    microseconds.put(new Key(function, dataType, direction), median);
  }

  /** The median, in microseconds; empty where it was not measured. */
  OptionalDouble find(String function, DataType dataType, Direction direction) {
    Double median = microseconds.get(new Key(function, dataType, direction));
    return median == null ? OptionalDouble.empty() : OptionalDouble.of(median);
  }
}
