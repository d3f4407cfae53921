package dev.verhulst.heads.training;

import java.util.Objects;

/**
 * Newton's method with backtracking. The objective is convex; where its Hessian is singular, as for
 * features that depend on each other without a penalty, a small ridge takes the step's place.
 */
final class Newton {

  private static final double SUFFICIENT = 1e-4;
  private static final int MAX_HALVINGS = 40;

  private Newton() {}

  static Minimum minimise(Objective objective, double[] start, Search search) {
    double[] point = start;
    Evaluation evaluation = objective.evaluate(point, true);
    for (int iteration = 0; ; iteration++) {
      Minimum.End end = search.afterIteration(iteration, evaluation);
      if (end != null) {
        return new Minimum(point, evaluation, iteration, end);
      }
      double[] hessian = Objects.requireNonNull(evaluation.hessian());
      double[] step = PositiveDefinite.of(hessian, point.length).solve(evaluation.gradient());
      double slope = -Search.dot(step, evaluation.gradient());
      double length = 1;
      double[] next = Search.moved(point, -length, step);
      Evaluation candidate = objective.evaluate(next, true);
      double slack = Search.LOSS_ROUNDING * Math.abs(evaluation.loss());
      for (int i = 0;
          i < MAX_HALVINGS
              && !(candidate.loss() <= evaluation.loss() + SUFFICIENT * length * slope + slack);
          i++) {
        length /= 2;
        next = Search.moved(point, -length, step);
        candidate = objective.evaluate(next, true);
      }
      boolean gains =
          candidate.loss() < evaluation.loss() - slack
              || candidate.largestGradient() < evaluation.largestGradient();
      if (!gains) {
        return new Minimum(point, evaluation, iteration, Minimum.End.ROUNDING);
      }
      point = next;
      evaluation = candidate;
    }
  }
}
