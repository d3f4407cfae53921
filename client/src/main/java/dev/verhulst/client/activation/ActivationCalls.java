package dev.verhulst.client.activation;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import java.nio.ByteBuffer;

/**
 * The three calls of any activation, with arrays and tensors: {@code apply} gives the value y,
 * {@code derivative} dy/dx, and {@code backward} the gradient grad_y · dy/dx, fused into one pass.
 * Results have the length, shape and datatype of x.
 *
 * <p>A result of a tensor in a direct buffer comes in a direct buffer. The forms with {@code into}
 * fill a buffer of the caller's, from its position on, straight from the socket.
 *
 * @param <F> what a call with a {@code float[]} gives: the array, or a future of it
 * @param <D> what a call with a {@code double[]} gives
 * @param <T> what a call with a {@link Tensor} gives
 */
public abstract class ActivationCalls<F, D, T> {

  /** Sends a request for one output of FP32. */
  protected abstract F inferFloats(InferenceRequest request);

  /** Sends a request for one output of FP64. */
  protected abstract D inferDoubles(InferenceRequest request);

  /** Sends a request for one output. */
  protected abstract T inferTensor(InferenceRequest request);

  /** The value at each x, in FP32. */
  public F apply(Activation activation, float[] x) {
    return inferFloats(of(activation, tensor(activation, x), ActivationRequests.VALUE));
  }

  /** The value at each x, in FP64. */
  public D apply(Activation activation, double[] x) {
    return inferDoubles(of(activation, tensor(activation, x), ActivationRequests.VALUE));
  }

  /** The value at each x, in x's datatype. */
  public T apply(Activation activation, Tensor x) {
    return inferTensor(of(activation, x, ActivationRequests.VALUE));
  }

  /** The value at each x, into the buffer. */
  public T apply(Activation activation, Tensor x, ByteBuffer into) {
    return inferTensor(ActivationRequests.of(activation, x, ActivationRequests.VALUE, into));
  }

  /** The derivative at each x, in FP32. */
  public F derivative(Activation activation, float[] x) {
    return inferFloats(of(activation, tensor(activation, x), ActivationRequests.DERIVATIVE));
  }

  /** The derivative at each x, in FP64. */
  public D derivative(Activation activation, double[] x) {
    return inferDoubles(of(activation, tensor(activation, x), ActivationRequests.DERIVATIVE));
  }

  /** The derivative at each x, in x's datatype. */
  public T derivative(Activation activation, Tensor x) {
    return inferTensor(of(activation, x, ActivationRequests.DERIVATIVE));
  }

  /** The derivative at each x, into the buffer. */
  public T derivative(Activation activation, Tensor x, ByteBuffer into) {
    return inferTensor(ActivationRequests.of(activation, x, ActivationRequests.DERIVATIVE, into));
  }

  /** The gradient with respect to x, in FP32, of the gradient with respect to y. */
  public F backward(Activation activation, float[] x, float[] gradY) {
    return inferFloats(
        ActivationRequests.backward(
            activation, tensor(activation, x), tensor(activation, gradY), null));
  }

  /** The gradient with respect to x, in FP64, of the gradient with respect to y. */
  public D backward(Activation activation, double[] x, double[] gradY) {
    return inferDoubles(
        ActivationRequests.backward(
            activation, tensor(activation, x), tensor(activation, gradY), null));
  }

  /** The gradient with respect to x, in x's datatype, of the gradient with respect to y. */
  public T backward(Activation activation, Tensor x, Tensor gradY) {
    return inferTensor(ActivationRequests.backward(activation, x, gradY, null));
  }

  /** The gradient with respect to x, into the buffer, of the gradient with respect to y. */
  public T backward(Activation activation, Tensor x, Tensor gradY, ByteBuffer into) {
    return inferTensor(ActivationRequests.backward(activation, x, gradY, into));
  }

  private static InferenceRequest of(Activation activation, Tensor x, String output) {
    return ActivationRequests.of(activation, x, output, null);
  }

  private static Tensor tensor(Activation activation, float[] values) {
    return Tensor.of(values, activation.shapeOf(values.length));
  }

  private static Tensor tensor(Activation activation, double[] values) {
    return Tensor.of(values, activation.shapeOf(values.length));
  }
}
