package dev.verhulst.heads.training;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What training found for one label. Coefficients are those of the features as they were trained
 * on: standardised, where that was asked for.
 *
 * @param name the label's name
 * @param coefficients one for each feature
 * @param intercept the logit where all features are 0
 * @param objective the least objective, the penalty included
 * @param logLoss Σ weight · loss
 * @param iterations how many iterations it took
 * @param gradientNorm the largest component of the objective's gradient, over the sum of weights
 * @param converged whether that is below the tolerance
 * @param standardErrors of the coefficients, the intercept's last: the square roots of the diagonal
 *     of the inverse of the objective's Hessian; without a penalty those of maximum likelihood. NaN
 *     for a constant feature; null where no Hessian was formed or it is singular
 * @param warnings what the caller should know: constant features, separated labels, ...
 */
public record LabelFit(
    String name,
    double[] coefficients,
    double intercept,
    double objective,
    double logLoss,
    int iterations,
    double gradientNorm,
    boolean converged,
    double @Nullable [] standardErrors,
    List<String> warnings) {

  public LabelFit {
    warnings = List.copyOf(warnings);
  }
}
