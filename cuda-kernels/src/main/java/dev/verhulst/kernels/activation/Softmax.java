package dev.verhulst.kernels.activation;

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
    double maximum = Double.NEGATIVE_INFINITY;
    for (double x : row) {
      maximum = Math.max(maximum, x);
    }
    double[] y = new double[row.length];
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      y[i] = Math.exp(row[i] - maximum);
      sum += y[i];
    }
    for (int i = 0; i < row.length; i++) {
      y[i] /= sum;
    }
    return y;
  }
}
