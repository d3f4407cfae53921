package dev.verhulst.heads.training;

/**
 * How far a training is.
 *
 * @param label the index of the label that is being fitted
 * @param labels how many labels there are
 * @param iteration how many iterations of this label have ended
 * @param loss the objective, the penalty included
 * @param gradientNorm the largest component of its gradient, over the sum of the weights
 * @param firstGradientNorm what that was when this label's fit began
 * @param tolerance what it has to come below
 */
public record TrainingProgress(
    int label,
    int labels,
    int iteration,
    double loss,
    double gradientNorm,
    double firstGradientNorm,
    double tolerance) {

  /**
   * About how much is done, from 0 to 1: the logarithm of the gradient falls about evenly under
   * L-BFGS, and faster and faster under Newton.
   */
  public double share() {
    double whole = Math.log(firstGradientNorm / tolerance);
    double done =
        gradientNorm <= tolerance
            ? 1
            : Math.clamp(Math.log(firstGradientNorm / gradientNorm) / whole, 0, 1);
    return (label + (Double.isNaN(done) ? 0 : done)) / labels;
  }
}
