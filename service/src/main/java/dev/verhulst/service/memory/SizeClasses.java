package dev.verhulst.service.memory;

/**
 * The sizes that buffers are made in, so that a pooled one fits the next request: 1 KiB, then four
 * steps per power of two, which wastes a fifth of a buffer at most.
 */
final class SizeClasses {

  private static final int SMALLEST_LOG = 10;
  private static final int STEPS_LOG = 2;

  private SizeClasses() {}

  /** The class that holds {@code byteSize} bytes: 0 for the smallest, ascending. */
  static int of(long byteSize) {
    if (byteSize <= 1L << SMALLEST_LOG) {
      return 0;
    }
    int log = 63 - Long.numberOfLeadingZeros(byteSize - 1);
    int step = (int) ((byteSize - 1 - (1L << log)) >> (log - STEPS_LOG));
    return ((log - SMALLEST_LOG) << STEPS_LOG) + step + 1;
  }

  /** How many bytes a buffer of the class has. */
  static long capacity(int sizeClass) {
    if (sizeClass == 0) {
      return 1L << SMALLEST_LOG;
    }
    int log = SMALLEST_LOG + ((sizeClass - 1) >> STEPS_LOG);
    int step = (sizeClass - 1) & ((1 << STEPS_LOG) - 1);
    return (1L << log) + ((step + 1L) << (log - STEPS_LOG));
  }
}
