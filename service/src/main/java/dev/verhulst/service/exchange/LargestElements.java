package dev.verhulst.service.exchange;

/**
 * The largest of many elements: a heap whose root is the first to give way. NaN is smaller than any
 * number; among equals, the lower index counts for more. Not thread-safe; reusable.
 */
final class LargestElements {

  private final double[] values;
  private final long[] indices;
  private int size;

  /** Takes elements in order. */
  interface Sink {
    void put(double value, long index);
  }

  /**
   * @param capacity how many are kept
   */
  LargestElements(int capacity) {
    this.values = new double[capacity];
    this.indices = new long[capacity];
  }

  /** Takes an element in, where it is among the largest so far. */
  void offer(double value, long index) {
    if (size < values.length) {
      int place = size++;
      for (int parent = (place - 1) / 2;
          place > 0 && isLess(value, index, values[parent], indices[parent]);
          parent = (place - 1) / 2) {
        move(parent, place);
        place = parent;
      }
      put(place, value, index);
    } else if (size > 0 && isLess(values[0], indices[0], value, index)) {
      sink(value, index);
    }
  }

  /** Gives out all of them, the largest first; none is left. */
  void drain(Sink to) {
    int count = size;
    while (size > 0) {
      double least = values[0];
      long index = indices[0];
      size--;
      sink(values[size], indices[size]);
      // The place that has become free: from the end on, they come to stand in order.
      put(size, least, index);
    }
    for (int i = 0; i < count; i++) {
      to.put(values[i], indices[i]);
    }
  }

  /** Puts an element to the root, and lets it sink to where it belongs. */
  private void sink(double value, long index) {
    int place = 0;
    while (2 * place + 1 < size) {
      int child = 2 * place + 1;
      if (child + 1 < size
          && isLess(values[child + 1], indices[child + 1], values[child], indices[child])) {
        child++;
      }
      if (!isLess(values[child], indices[child], value, index)) {
        break;
      }
      move(child, place);
      place = child;
    }
    put(place, value, index);
  }

  private void move(int from, int to) {
    put(to, values[from], indices[from]);
  }

  private void put(int place, double value, long index) {
    values[place] = value;
    indices[place] = index;
  }

  private static boolean isLess(double a, long indexOfA, double b, long indexOfB) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Double.isNaN(a) == Double.isNaN(b) ? indexOfA > indexOfB : Double.isNaN(a);
    }
    return a < b || (a == b && indexOfA > indexOfB);
  }
}
