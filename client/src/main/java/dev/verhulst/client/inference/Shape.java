package dev.verhulst.client.inference;

import java.util.Arrays;

/** The arithmetic of shapes. A shape without dimensions is that of a scalar, one element. */
final class Shape {

  private Shape() {}

  /**
   * How many elements a tensor of that shape has.
   *
   * @throws IllegalArgumentException where a dimension is negative or the product overflows
   */
  static long elements(long[] shape) {
    long elements = 1;
    boolean empty = false;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(shape) + " has a negative dimension");
      }
      empty |= dimension == 0;
    }
    if (empty) {
      return 0;
    }
    for (long dimension : shape) {
      try {
        elements = Math.multiplyExact(elements, dimension);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(shape) + " has more than 2^63 - 1 elements", e);
      }
    }
    return elements;
  }

  /** The given shape, or that of a vector of so many elements where none was given. */
  static long[] orVector(long[] shape, long elements) {
    return shape.length == 0 ? new long[] {elements} : shape.clone();
  }
}
