package dev.verhulst.client.activation;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.RequestedOutput;
import dev.verhulst.client.inference.Tensor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a server to compute an activation, forward or backward. For the client's own
 * use.
 */
public final class ActivationRequests {

  public static final String VALUE = "y";
  public static final String DERIVATIVE = "dy_dx";
  public static final String GRADIENT = "grad_x";

  private ActivationRequests() {}

  /** One output of the activation of x; into the buffer, where there is one. */
  public static InferenceRequest of(
      Activation activation, Tensor x, String output, @Nullable ByteBuffer into) {
    return begin(activation, x, output, into).build();
  }

  /** The gradient with respect to x; into the buffer, where there is one. */
  public static InferenceRequest backward(
      Activation activation, Tensor x, Tensor gradY, @Nullable ByteBuffer into) {
    return begin(activation, x, GRADIENT, into).input("grad_y", gradY).build();
  }

  private static InferenceRequest.Builder begin(
      Activation activation, Tensor x, String output, @Nullable ByteBuffer into) {
    if (into != null && into.remaining() < x.bytes().remaining()) {
      throw new IllegalArgumentException(
          "the buffer has room for "
              + into.remaining()
              + " bytes, but the result has "
              + x.bytes().remaining()
              + ", as many as x");
    }
    RequestedOutput requested = RequestedOutput.of(output);
    return InferenceRequest.builder(activation.model())
        .parameters(activation.parameters())
        .input("x", x)
        .inputs(activation.furtherInputs())
        .output(into == null ? requested : requested.into(into))
        .directOutputs(x.bytes().isDirect())
        .independentRows(activation.hasIndependentRows(x.shape().length));
  }
}
