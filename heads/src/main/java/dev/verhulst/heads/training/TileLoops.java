package dev.verhulst.heads.training;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The hot loops over a tile, lanes along its rows. Lengths and distances are multiples of {@link
 * #LENGTH}. Loops are flat and share nothing, since a method of ours that is not inlined boxes its
 * vectors.
 */
final class TileLoops {

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  static final int LENGTH = SPECIES.length();

  /** How long the arrays are that loops keep their sums' lanes in. */
  static final int LANES = 16 * LENGTH;

  private static final VectorShuffle<Double> ONE_ON = VectorShuffle.iota(SPECIES, 1, 1, true);
  private static final VectorShuffle<Double> TWO_ON = VectorShuffle.iota(SPECIES, 2, 1, true);
  private static final VectorShuffle<Double> FOUR_ON = VectorShuffle.iota(SPECIES, 4, 1, true);

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

  /**
   * Adds each column's dot product with a vector of rows to the sums.
   *
   * @param lanes room for {@link #LANES} numbers
   */
  static void transposedProduct(
      double[] tile, int stride, double[] vector, int rows, double[] sums, double[] lanes) {
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
      s0.intoArray(lanes, 0);
      s1.intoArray(lanes, LENGTH);
      s2.intoArray(lanes, 2 * LENGTH);
      s3.intoArray(lanes, 3 * LENGTH);
      addLanes(lanes, 0, 4, sums, column);
    }
    for (; column < columns; column++) {
      DoubleVector s = DoubleVector.zero(SPECIES);
      for (int i = 0; i < rows; i += LENGTH) {
        DoubleVector v = DoubleVector.fromArray(SPECIES, vector, i);
        s = v.fma(DoubleVector.fromArray(SPECIES, tile, column * stride + i), s);
      }
      s.intoArray(lanes, 0);
      addLanes(lanes, 0, 1, sums, column);
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
   * @param lanes room for {@link #LANES} numbers
   */
  static void block(
      double[] left,
      double[] right,
      int stride,
      int rows,
      int row,
      int column,
      double[] matrix,
      int width,
      double[] lanes) {
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
    s00.intoArray(lanes, 0);
    s01.intoArray(lanes, LENGTH);
    s02.intoArray(lanes, 2 * LENGTH);
    s03.intoArray(lanes, 3 * LENGTH);
    s10.intoArray(lanes, 4 * LENGTH);
    s11.intoArray(lanes, 5 * LENGTH);
    s12.intoArray(lanes, 6 * LENGTH);
    s13.intoArray(lanes, 7 * LENGTH);
    s20.intoArray(lanes, 8 * LENGTH);
    s21.intoArray(lanes, 9 * LENGTH);
    s22.intoArray(lanes, 10 * LENGTH);
    s23.intoArray(lanes, 11 * LENGTH);
    s30.intoArray(lanes, 12 * LENGTH);
    s31.intoArray(lanes, 13 * LENGTH);
    s32.intoArray(lanes, 14 * LENGTH);
    s33.intoArray(lanes, 15 * LENGTH);
    for (int i = 0; i < 4; i++) {
      addLanes(lanes, 4 * i, 4, matrix, (row + i) * width + column);
    }
  }

  /**
   * Adds each of some vectors' lanes to a sum, in an order of our own: that of {@code reduceLanes}
   * depends on whether the code has been compiled.
   *
   * @param first which vector in {@code lanes} is the first
   * @param at the first sum's index
   */
  private static void addLanes(double[] lanes, int first, int count, double[] sums, int at) {
    for (int i = 0; i < count; i++) {
      DoubleVector sum = DoubleVector.fromArray(SPECIES, lanes, (first + i) * LENGTH);
      if (LENGTH > 4) {
        sum = sum.add(sum.rearrange(FOUR_ON));
      }
      if (LENGTH > 2) {
        sum = sum.add(sum.rearrange(TWO_ON));
      }
      if (LENGTH > 1) {
        sum = sum.add(sum.rearrange(ONE_ON));
      }
      sums[at + i] += sum.lane(0);
    }
  }
}
