package dev.verhulst.kernels;

import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Softmax;
import java.util.Arrays;

/**
 * What is to be computed of one row, by the scalar definitions. A row is the last dimension; {@code
 * slope} is read for PReLU only.
 */
final class Definitions {

  private Definitions() {}

  static double[] value(Activation activation, double[] x, double[] slope) {
    return switch (activation) {
      case ElementwiseActivation elementwise ->
          Arrays.stream(x).map(number -> elementwise.value(number)).toArray();
      case PRelu prelu -> {
        double[] y = new double[x.length];
        Arrays.setAll(y, i -> prelu.value(x[i], slope[i]));
        yield y;
      }
      case Softmax softmax -> softmax.value(x);
    };
  }

  static double[] derivative(Activation activation, double[] x, double[] slope) {
    return switch (activation) {
      case ElementwiseActivation elementwise ->
          Arrays.stream(x).map(number -> elementwise.derivative(number)).toArray();
      case PRelu prelu -> {
        double[] dyDx = new double[x.length];
        Arrays.setAll(dyDx, i -> prelu.derivative(x[i], slope[i]));
        yield dyDx;
      }
      case Softmax softmax -> softmax.derivative(x);
    };
  }

  /**
   * The gradient of x.
   *
   * @param gradY the gradient of the value
   */
  static double[] gradient(Activation activation, double[] x, double[] slope, double[] gradY) {
    return switch (activation) {
      case ElementwiseActivation _, PRelu _ -> {
        double[] gradX = derivative(activation, x, slope);
        Arrays.setAll(gradX, i -> gradX[i] * gradY[i]);
        yield gradX;
      }
      case Softmax softmax -> softmax.gradient(x, gradY);
    };
  }
}
