package dev.verhulst.kernels.cpu;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The shape of a tensor that leaves a rest in some loop. */
record Shape(long rows, long columns) {

  private static final long[] SIZES = {0, 1, 3, 4, 5, 13, 127, 207, 1025, 4098};

  /** Each size as one row, and as several where a length divides it. */
  static final List<Shape> ALL =
      LongStream.of(SIZES)
          .boxed()
          .flatMap(
              size ->
                  Stream.concat(
                      Stream.of(new Shape(1, size)),
                      LongStream.of(3, 5, 41)
                          .filter(columns -> size % columns == 0)
                          .mapToObj(columns -> new Shape(size / columns, columns))))
          .toList();

  long elements() {
    return rows * columns;
  }
}
