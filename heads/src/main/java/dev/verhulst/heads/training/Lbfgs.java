package dev.verhulst.heads.training;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Limited-memory BFGS: Nocedal and Wright, "Numerical Optimization", algorithm 7.5, with the line
 * search of Lewis and Overton, "Nonsmooth optimization via quasi-Newton methods" (2013), which ends
 * at a point of sufficient decrease and curvature. Written here because no library that the project
 * could take has it: Hipparchus has conjugate gradients and dense SQP alone, others are under the
 * GPL or need Scala.
 */
final class Lbfgs {

  private static final int MEMORY = 20;
  private static final double SUFFICIENT = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final int MAX_TRIALS = 50;

  private final Objective objective;
  private final Search search;
  private final ArrayDeque<Pair> pairs = new ArrayDeque<>();

  private Lbfgs(Objective objective, Search search) {
    this.objective = objective;
    this.search = search;
  }

  static Minimum minimise(Objective objective, double[] start, Search search) {
    return new Lbfgs(objective, search).run(start);
  }

  private Minimum run(double[] start) {
    double[] point = start;
    Evaluation evaluation = objective.evaluate(point, false);
    for (int iteration = 0; ; iteration++) {
      Minimum.End end = search.afterIteration(iteration, evaluation);
      if (end != null) {
        return new Minimum(point, evaluation, iteration, end);
      }
      double[] direction = direction(evaluation.gradient());
      double first =
          pairs.isEmpty()
              ? 1 / Math.sqrt(Search.dot(evaluation.gradient(), evaluation.gradient()))
              : 1;
      Step step = lineSearch(point, evaluation, direction, first);
      if (step == null && !pairs.isEmpty()) {
        // What is remembered has misled the search: once more along the gradient.
        pairs.clear();
        continue;
      }
      if (step == null) {
        return new Minimum(point, evaluation, iteration, Minimum.End.ROUNDING);
      }
      remember(point, evaluation, step);
      point = step.point;
      evaluation = step.evaluation;
    }
  }

  /** Minus the gradient times what is known of the inverse of the Hessian. */
  private double[] direction(double[] gradient) {
    double[] direction = new double[gradient.length];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = -gradient[i];
    }
    double[] shares = new double[pairs.size()];
    int index = shares.length;
    for (Iterator<Pair> newest = pairs.descendingIterator(); newest.hasNext(); ) {
      Pair pair = newest.next();
      shares[--index] = Search.dot(pair.step, direction) / pair.product;
      add(direction, -shares[index], pair.change);
    }
    if (!pairs.isEmpty()) {
      Pair last = pairs.getLast();
      double scale = last.product / Search.dot(last.change, last.change);
      for (int i = 0; i < direction.length; i++) {
        direction[i] *= scale;
      }
    }
    for (Pair pair : pairs) {
      double share = shares[index++] - Search.dot(pair.change, direction) / pair.product;
      add(direction, share, pair.step);
    }
    return direction;
  }

  private static void add(double[] to, double factor, double[] vector) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * vector[i];
    }
  }

  private @Nullable Step lineSearch(
      double[] point, Evaluation evaluation, double[] direction, double first) {
    double slope = Search.dot(direction, evaluation.gradient());
    double slack = Search.LOSS_ROUNDING * Math.abs(evaluation.loss());
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double length = first;
    for (int trial = 0; trial < MAX_TRIALS && slope < 0; trial++) {
      double[] next = Search.moved(point, length, direction);
      Evaluation candidate = objective.evaluate(next, false);
      if (!(candidate.loss() <= evaluation.loss() + SUFFICIENT * length * slope + slack)) {
        high = length;
      } else if (Search.dot(direction, candidate.gradient()) < CURVATURE * slope) {
        low = length;
      } else {
        return new Step(next, candidate);
      }
      length = high == Double.POSITIVE_INFINITY ? 2 * low : (low + high) / 2;
    }
    return null;
  }

  private void remember(double[] point, Evaluation evaluation, Step step) {
    double[] moved = Search.moved(step.point, -1, point);
    double[] change = Search.moved(step.evaluation.gradient(), -1, evaluation.gradient());
    double product = Search.dot(moved, change);
    if (product > 0) {
      if (pairs.size() == MEMORY) {
        pairs.removeFirst();
      }
      pairs.addLast(new Pair(moved, change, product));
    }
  }

  /** A step taken, how the gradient changed with it, and the product of both. */
  private record Pair(double[] step, double[] change, double product) {}

  private record Step(double[] point, Evaluation evaluation) {}
}
