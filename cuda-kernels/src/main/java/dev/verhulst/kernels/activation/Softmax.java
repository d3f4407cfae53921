package dev.verhulst.kernels.activation;

import java.util.Arrays;
import java.util.List;

/**
 * {@code e^x_i / Σ e^x_j} over the last dimension. Its derivative {@code dy_dx} is the diagonal of
 * the Jacobian, y (1 - y); its backward form is the product with the whole Jacobian, {@code
 * grad_x_i = y_i (grad_y_i - Σ y_j grad_y_j)}.
 */
public record Softmax() implements Activation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("softmax", List.of(), List.of(), parameters -> new Softmax());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  /** The definition, in double, of one row. */
  public double[] value(double[] row) {
    double[] y = exponentials(row);
    double sum = sum(y, -1);
    for (int i = 0; i < y.length; i++) {
      y[i] /= sum;
    }
    return y;
  }

  /** The definition of the diagonal of the Jacobian, y (1 - y), in double, of one row. */
  public double[] derivative(double[] row) {
    double[] exponentials = exponentials(row);
    double sum = sum(exponentials, -1);
    double[] derivative = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      // 1 - y as the share of the others, so that a y near 1 loses nothing.
      derivative[i] = exponentials[i] / sum * (sum(exponentials, i) / sum);
    }
    return derivative;
  }

  /** The definition of the backward form, in double, of one row. */
  public double[] gradient(double[] row, double[] gradY) {
    double[] y = value(row);
    double[] products = new double[row.length];
    Arrays.setAll(products, i -> y[i] * gradY[i]);
    double mean = sum(products, -1);
    double[] gradX = new double[row.length];
    Arrays.setAll(gradX, i -> y[i] * (gradY[i] - mean));
    return gradX;
  }

  /** e^(x - max), with what the difference loses to rounding put back. */
  private static double[] exponentials(double[] row) {
    double maximum = Arrays.stream(row).max().orElse(0);
    double[] e = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      double difference = row[i] - maximum;
      double back = difference + maximum;
      double lost = (row[i] - back) + ((back - difference) - maximum);
      e[i] = Math.exp(difference) * (1 + (Math.abs(lost) < 1 ? lost : 0));
    }
    return e;
  }

  /** The sum of all but one, compensated (Neumaier). */
  private static double sum(double[] values, int except) {
    double sum = 0;
    double lost = 0;
    for (int i = 0; i < values.length; i++) {
      double term = i == except ? 0 : values[i];
      double next = sum + term;
      lost += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
      sum = next;
    }
    return sum + lost;
  }
}
