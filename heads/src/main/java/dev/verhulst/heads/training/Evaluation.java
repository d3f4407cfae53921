package dev.verhulst.heads.training;

import org.jspecify.annotations.Nullable;

/**
 * The objective at a point.
 *
 * @param dataLoss Σ weight · loss
 * @param loss the objective: that and the penalty
 * @param gradient the objective's gradient; the intercept's component last
 * @param hessian its second derivatives, row by row, all of them; null where not asked for
 * @param separates whether the point predicts every row right
 */
record Evaluation(
    double dataLoss,
    double loss,
    double[] gradient,
    double @Nullable [] hessian,
    boolean separates) {

  /** The gradient's largest component. */
  double largestGradient() {
    double largest = 0;
    for (double component : gradient) {
      largest = Math.max(largest, Math.abs(component));
    }
    return largest;
  }
}
