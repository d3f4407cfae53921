package dev.verhulst.service.model;

import java.util.Arrays;

/**
 * The shape of a tensor: the length of each dimension. A shape without dimensions has one element.
 */
public final class Shape {

  private final long[] dimensions;
  private final long elements;

  private Shape(long[] dimensions, long elements) {
    this.dimensions = dimensions;
    this.elements = elements;
  }

  /**
   * @param dimensions lengths of 0 and above
   * @throws IllegalArgumentException where a length is negative, or there are 2⁶³ elements and more
   */
  public static Shape of(long... dimensions) {
    boolean empty = false;
    for (long dimension : dimensions) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "shape " + text(dimensions) + " has a negative dimension");
      }
      empty |= dimension == 0;
    }
    long elements = empty ? 0 : 1;
    for (long dimension : dimensions) {
      if (Math.multiplyHigh(elements, dimension) != 0 || elements * dimension < 0) {
        throw new IllegalArgumentException(
            "shape " + text(dimensions) + " has more elements than any tensor can hold");
      }
      elements *= dimension;
    }
    return new Shape(dimensions.clone(), elements);
  }

  /** How many dimensions there are. */
  public int rank() {
    return dimensions.length;
  }

  /** The length of a dimension, counted from 0. */
  public long dimension(int index) {
    return dimensions[index];
  }

  /** The product of the dimensions. */
  public long elements() {
    return elements;
  }

  /** The length of the last dimension; 1 where there is none. */
  public long lastDimension() {
    return dimensions.length == 0 ? 1 : dimensions[dimensions.length - 1];
  }

  /** The length of the first dimension; 1 where there is none. */
  public long firstDimension() {
    return dimensions.length == 0 ? 1 : dimensions[0];
  }

  /** How many batch items a tensor of it counts as: the first dimension, or 1 where it is empty. */
  public long batchSize() {
    return elements == 0 ? 1 : firstDimension();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions);
  }

  /** The shape as messages write it, e.g. {@code [-1,8]}. */
  @Override
  public String toString() {
    return text(dimensions);
  }

  static String text(long[] dimensions) {
    return Arrays.toString(dimensions).replace(" ", "");
  }
}
