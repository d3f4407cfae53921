package dev.verhulst.heads.training;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The hot loops over a tile, lanes along its rows. Lengths and distances are multiples of {@link
 * #LENGTH}. Loops are flat and share nothing, since a method of ours that is not inlined boxes its
 * vectors.
 */
final class TileLoops {

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  static final int LENGTH = SPECIES.length();

  private TileLoops() {}

  /** Writes each row's sum of column times coefficient. */
  static void product(double[] tile, int stride, double[] coefficients, int rows, double[] to) {
    int columns = coefficients.length;
    for (int i = 0; i < rows; i += LENGTH) {
      DoubleVector even = DoubleVector.zero(SPECIES);
      DoubleVector odd = DoubleVector.zero(SPECIES);
      int column = 0;
      for (; column + 1 < columns; column += 2) {
        int at = column * stride + i;
        DoubleVector x0 = DoubleVector.fromArray(SPECIES, tile, at);
        DoubleVector x1 = DoubleVector.fromArray(SPECIES, tile, at + stride);
        even = x0.fma(DoubleVector.broadcast(SPECIES, coefficients[column]), even);
        odd = x1.fma(DoubleVector.broadcast(SPECIES, coefficients[column + 1]), odd);
      }
      if (column < columns) {
        DoubleVector x = DoubleVector.fromArray(SPECIES, tile, column * stride + i);
        even = x.fma(DoubleVector.broadcast(SPECIES, coefficients[column]), even);
      }
      even.add(odd).intoArray(to, i);
    }
  }

  /** Adds each column's dot product with a vector of rows to the sums. */
  static void transposedProduct(
      double[] tile, int stride, double[] vector, int rows, double[] sums) {
    int columns = sums.length;
    int column = 0;
    for (; column + 3 < columns; column += 4) {
      DoubleVector s0 = DoubleVector.zero(SPECIES);
      DoubleVector s1 = s0;
      DoubleVector s2 = s0;
      DoubleVector s3 = s0;
      int at = column * stride;
      for (int i = 0; i < rows; i += LENGTH) {
        DoubleVector v = DoubleVector.fromArray(SPECIES, vector, i);
        s0 = v.fma(DoubleVector.fromArray(SPECIES, tile, at + i), s0);
        s1 = v.fma(DoubleVector.fromArray(SPECIES, tile, at + stride + i), s1);
        s2 = v.fma(DoubleVector.fromArray(SPECIES, tile, at + 2 * stride + i), s2);
        s3 = v.fma(DoubleVector.fromArray(SPECIES, tile, at + 3 * stride + i), s3);
      }
      sums[column] += s0.reduceLanes(VectorOperators.ADD);
      sums[column + 1] += s1.reduceLanes(VectorOperators.ADD);
      sums[column + 2] += s2.reduceLanes(VectorOperators.ADD);
      sums[column + 3] += s3.reduceLanes(VectorOperators.ADD);
    }
    for (; column < columns; column++) {
      DoubleVector s = DoubleVector.zero(SPECIES);
      for (int i = 0; i < rows; i += LENGTH) {
        DoubleVector v = DoubleVector.fromArray(SPECIES, vector, i);
        s = v.fma(DoubleVector.fromArray(SPECIES, tile, column * stride + i), s);
      }
      sums[column] += s.reduceLanes(VectorOperators.ADD);
    }
  }

  /** Writes columns times a vector of rows, element by element. */
  static void scaled(
      double[] tile, int stride, int column, int columns, double[] vector, int rows, double[] to) {
    for (int j = 0; j < columns; j++) {
      for (int i = 0; i < rows; i++) {
        to[j * stride + i] = tile[(column + j) * stride + i] * vector[i];
      }
    }
  }

  /**
   * Adds the dot products of four columns of one tile with four of another to a matrix.
   *
   * @param row the first of the four in the matrix's rows; its columns lie in {@code left} from 0
   * @param column the first of the four of {@code right}, and in the matrix's columns
   */
  static void block(
      double[] left,
      double[] right,
      int stride,
      int rows,
      int row,
      int column,
      double[] matrix,
      int width) {
    DoubleVector s00 = DoubleVector.zero(SPECIES);
    DoubleVector s01 = s00;
    DoubleVector s02 = s00;
    DoubleVector s03 = s00;
    DoubleVector s10 = s00;
    DoubleVector s11 = s00;
    DoubleVector s12 = s00;
    DoubleVector s13 = s00;
    DoubleVector s20 = s00;
    DoubleVector s21 = s00;
    DoubleVector s22 = s00;
    DoubleVector s23 = s00;
    DoubleVector s30 = s00;
    DoubleVector s31 = s00;
    DoubleVector s32 = s00;
    DoubleVector s33 = s00;
    int at = column * stride;
    for (int i = 0; i < rows; i += LENGTH) {
      DoubleVector r0 = DoubleVector.fromArray(SPECIES, right, at + i);
      DoubleVector r1 = DoubleVector.fromArray(SPECIES, right, at + stride + i);
      DoubleVector r2 = DoubleVector.fromArray(SPECIES, right, at + 2 * stride + i);
      DoubleVector r3 = DoubleVector.fromArray(SPECIES, right, at + 3 * stride + i);
      DoubleVector l = DoubleVector.fromArray(SPECIES, left, i);
      s00 = l.fma(r0, s00);
      s01 = l.fma(r1, s01);
      s02 = l.fma(r2, s02);
      s03 = l.fma(r3, s03);
      l = DoubleVector.fromArray(SPECIES, left, stride + i);
      s10 = l.fma(r0, s10);
      s11 = l.fma(r1, s11);
      s12 = l.fma(r2, s12);
      s13 = l.fma(r3, s13);
      l = DoubleVector.fromArray(SPECIES, left, 2 * stride + i);
      s20 = l.fma(r0, s20);
      s21 = l.fma(r1, s21);
      s22 = l.fma(r2, s22);
      s23 = l.fma(r3, s23);
      l = DoubleVector.fromArray(SPECIES, left, 3 * stride + i);
      s30 = l.fma(r0, s30);
      s31 = l.fma(r1, s31);
      s32 = l.fma(r2, s32);
      s33 = l.fma(r3, s33);
    }
    int to = row * width + column;
    matrix[to] += s00.reduceLanes(VectorOperators.ADD);
    matrix[to + 1] += s01.reduceLanes(VectorOperators.ADD);
    matrix[to + 2] += s02.reduceLanes(VectorOperators.ADD);
    matrix[to + 3] += s03.reduceLanes(VectorOperators.ADD);
    to += width;
    matrix[to] += s10.reduceLanes(VectorOperators.ADD);
    matrix[to + 1] += s11.reduceLanes(VectorOperators.ADD);
    matrix[to + 2] += s12.reduceLanes(VectorOperators.ADD);
    matrix[to + 3] += s13.reduceLanes(VectorOperators.ADD);
    to += width;
    matrix[to] += s20.reduceLanes(VectorOperators.ADD);
    matrix[to + 1] += s21.reduceLanes(VectorOperators.ADD);
    matrix[to + 2] += s22.reduceLanes(VectorOperators.ADD);
    matrix[to + 3] += s23.reduceLanes(VectorOperators.ADD);
    to += width;
    matrix[to] += s30.reduceLanes(VectorOperators.ADD);
    matrix[to + 1] += s31.reduceLanes(VectorOperators.ADD);
    matrix[to + 2] += s32.reduceLanes(VectorOperators.ADD);
    matrix[to + 3] += s33.reduceLanes(VectorOperators.ADD);
  }
}
