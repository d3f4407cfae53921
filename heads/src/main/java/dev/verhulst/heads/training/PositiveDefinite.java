package dev.verhulst.heads.training;

import org.hipparchus.exception.MathIllegalArgumentException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;

/** Solves with a symmetric matrix that is positive definite, or nearly so. */
final class PositiveDefinite {

  /** A pivot below this share of its diagonal element is taken as zero. */
  private static final double PIVOT = 1e-12;

  private static final double LARGEST_RIDGE = 1e6;

  private final CholeskyDecomposition decomposition;
  private final double[] scales;
  private final boolean isRegular;

  private PositiveDefinite(
      CholeskyDecomposition decomposition, double[] scales, boolean isRegular) {
    this.decomposition = decomposition;
    this.scales = scales;
    this.isRegular = isRegular;
  }

  /**
   * Decomposes a matrix, scaled to a diagonal of ones; where it is singular, with a ridge.
   *
   * @param matrix its elements, row by row
   */
  static PositiveDefinite of(double[] matrix, int size) {
    double[] scales = new double[size];
    double[][] scaled = new double[size][size];
    for (int i = 0; i < size; i++) {
      double diagonal = matrix[i * size + i];
      // A constant feature has no curvature, nor a slope.
      scales[i] = diagonal > 0 ? 1 / Math.sqrt(diagonal) : 1;
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        scaled[i][j] = matrix[i * size + j] * scales[i] * scales[j];
      }
      scaled[i][i] = 1;
    }
    RealMatrix real = new Array2DRowRealMatrix(scaled, false);
    double ridge = 0;
    while (true) {
      try {
        return new PositiveDefinite(
            new CholeskyDecomposition(real, 1e-9, PIVOT), scales, ridge == 0);
      } catch (MathIllegalArgumentException e) {
        double next = ridge == 0 ? 1e-10 : ridge * 10;
        if (next > LARGEST_RIDGE) {
          throw new IllegalStateException("this is a bug: a Hessian that is not finite", e);
        }
        for (int i = 0; i < size; i++) {
          real.addToEntry(i, i, next - ridge);
        }
        ridge = next;
      }
    }
  }

  /** Whether it was positive definite as it was. */
  boolean isRegular() {
    return isRegular;
  }

  double[] solve(double[] right) {
    double[] scaled = right.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= scales[i];
    }
    double[] solution =
        decomposition.getSolver().solve(new ArrayRealVector(scaled, false)).toArray();
    for (int i = 0; i < solution.length; i++) {
      solution[i] *= scales[i];
    }
    return solution;
  }

  /** The inverse's elements. */
  double[][] inverse() {
    double[][] inverse = decomposition.getSolver().getInverse().getData();
    for (int i = 0; i < inverse.length; i++) {
      for (int j = 0; j < inverse.length; j++) {
        inverse[i][j] *= scales[i] * scales[j];
      }
    }
    return inverse;
  }
}
