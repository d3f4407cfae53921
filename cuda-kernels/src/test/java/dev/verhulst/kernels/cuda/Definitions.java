package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Softmax;

/** What a kernel is to compute of one row, by the scalar definitions. */
final class Definitions {

  private Definitions() {}

  /**
   * A row of results.
   *
   * @param x a row of inputs
   * @param slope as many slopes, for PReLU
   * @param gradY as many gradients, for the backward pass
   */
  static double[] row(
      Activation activation, Pass pass, double[] x, double[] slope, double[] gradY) {
    double[] result = new double[x.length];
    double[] y = activation instanceof Softmax softmax ? softmax.value(x) : x;
    double mean = 0;
    for (int i = 0; i < x.length; i++) {
      mean += y[i] * gradY[i];
    }
    for (int i = 0; i < x.length; i++) {
      double value =
          switch (activation) {
            case ElementwiseActivation elementwise -> elementwise.value(x[i]);
            case PRelu prelu -> prelu.value(x[i], slope[i]);
            case Softmax _ -> y[i];
          };
      double derivative =
          switch (activation) {
            case ElementwiseActivation elementwise -> elementwise.derivative(x[i]);
            case PRelu prelu -> prelu.derivative(x[i], slope[i]);
            case Softmax _ -> y[i] * (1 - y[i]);
          };
      result[i] =
          switch (pass) {
            case FORWARD -> value;
            case DERIVATIVE -> derivative;
            case BACKWARD ->
                activation instanceof Softmax ? y[i] * (gradY[i] - mean) : gradY[i] * derivative;
          };
    }
    return result;
  }
}
