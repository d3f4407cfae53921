package dev.verhulst.client.activation;

import dev.verhulst.client.inference.Tensor;

/**
 * One call per activation, by its name and with its default parameters: shorthands of {@link
 * #apply(Activation, float[])} and its like. The factories of {@link Activation} have the formulas.
 *
 * @param <F> what a call with a {@code float[]} gives: the array, or a future of it
 * @param <D> what a call with a {@code double[]} gives
 * @param <T> what a call with a {@link Tensor} gives
 */
public abstract class NamedActivationCalls<F, D, T> extends ActivationCalls<F, D, T> {

  /** {@link Activation#sigmoid()} of each x. */
  public F sigmoid(float[] x) {
    return apply(Activation.sigmoid(), x);
  }

  /** {@link Activation#sigmoid()} of each x. */
  public D sigmoid(double[] x) {
    return apply(Activation.sigmoid(), x);
  }

  /** {@link Activation#sigmoid()} of each x. */
  public T sigmoid(Tensor x) {
    return apply(Activation.sigmoid(), x);
  }

  /** {@link Activation#logSigmoid()} of each x. */
  public F logSigmoid(float[] x) {
    return apply(Activation.logSigmoid(), x);
  }

  /** {@link Activation#logSigmoid()} of each x. */
  public D logSigmoid(double[] x) {
    return apply(Activation.logSigmoid(), x);
  }

  /** {@link Activation#logSigmoid()} of each x. */
  public T logSigmoid(Tensor x) {
    return apply(Activation.logSigmoid(), x);
  }

  /** {@link Activation#softplus()} of each x. */
  public F softplus(float[] x) {
    return apply(Activation.softplus(), x);
  }

  /** {@link Activation#softplus()} of each x. */
  public D softplus(double[] x) {
    return apply(Activation.softplus(), x);
  }

  /** {@link Activation#softplus()} of each x. */
  public T softplus(Tensor x) {
    return apply(Activation.softplus(), x);
  }

  /** {@link Activation#logit()} of each x. */
  public F logit(float[] x) {
    return apply(Activation.logit(), x);
  }

  /** {@link Activation#logit()} of each x. */
  public D logit(double[] x) {
    return apply(Activation.logit(), x);
  }

  /** {@link Activation#logit()} of each x. */
  public T logit(Tensor x) {
    return apply(Activation.logit(), x);
  }

  /** {@link Activation#hardSigmoid()} of each x. */
  public F hardSigmoid(float[] x) {
    return apply(Activation.hardSigmoid(), x);
  }

  /** {@link Activation#hardSigmoid()} of each x. */
  public D hardSigmoid(double[] x) {
    return apply(Activation.hardSigmoid(), x);
  }

  /** {@link Activation#hardSigmoid()} of each x. */
  public T hardSigmoid(Tensor x) {
    return apply(Activation.hardSigmoid(), x);
  }

  /** {@link Activation#tanh()} of each x. */
  public F tanh(float[] x) {
    return apply(Activation.tanh(), x);
  }

  /** {@link Activation#tanh()} of each x. */
  public D tanh(double[] x) {
    return apply(Activation.tanh(), x);
  }

  /** {@link Activation#tanh()} of each x. */
  public T tanh(Tensor x) {
    return apply(Activation.tanh(), x);
  }

  /** {@link Activation#arctan()} of each x. */
  public F arctan(float[] x) {
    return apply(Activation.arctan(), x);
  }

  /** {@link Activation#arctan()} of each x. */
  public D arctan(double[] x) {
    return apply(Activation.arctan(), x);
  }

  /** {@link Activation#arctan()} of each x. */
  public T arctan(Tensor x) {
    return apply(Activation.arctan(), x);
  }

  /** {@link Activation#erf()} of each x. */
  public F erf(float[] x) {
    return apply(Activation.erf(), x);
  }

  /** {@link Activation#erf()} of each x. */
  public D erf(double[] x) {
    return apply(Activation.erf(), x);
  }

  /** {@link Activation#erf()} of each x. */
  public T erf(Tensor x) {
    return apply(Activation.erf(), x);
  }

  /** {@link Activation#algebraic()} of each x. */
  public F algebraic(float[] x) {
    return apply(Activation.algebraic(), x);
  }

  /** {@link Activation#algebraic()} of each x. */
  public D algebraic(double[] x) {
    return apply(Activation.algebraic(), x);
  }

  /** {@link Activation#algebraic()} of each x. */
  public T algebraic(Tensor x) {
    return apply(Activation.algebraic(), x);
  }

  /** {@link Activation#gudermannian()} of each x. */
  public F gudermannian(float[] x) {
    return apply(Activation.gudermannian(), x);
  }

  /** {@link Activation#gudermannian()} of each x. */
  public D gudermannian(double[] x) {
    return apply(Activation.gudermannian(), x);
  }

  /** {@link Activation#gudermannian()} of each x. */
  public T gudermannian(Tensor x) {
    return apply(Activation.gudermannian(), x);
  }

  /** {@link Activation#relu()} of each x. */
  public F relu(float[] x) {
    return apply(Activation.relu(), x);
  }

  /** {@link Activation#relu()} of each x. */
  public D relu(double[] x) {
    return apply(Activation.relu(), x);
  }

  /** {@link Activation#relu()} of each x. */
  public T relu(Tensor x) {
    return apply(Activation.relu(), x);
  }

  /** {@link Activation#leakyRelu()} of each x. */
  public F leakyRelu(float[] x) {
    return apply(Activation.leakyRelu(), x);
  }

  /** {@link Activation#leakyRelu()} of each x. */
  public D leakyRelu(double[] x) {
    return apply(Activation.leakyRelu(), x);
  }

  /** {@link Activation#leakyRelu()} of each x. */
  public T leakyRelu(Tensor x) {
    return apply(Activation.leakyRelu(), x);
  }

  /** {@link Activation#elu()} of each x. */
  public F elu(float[] x) {
    return apply(Activation.elu(), x);
  }

  /** {@link Activation#elu()} of each x. */
  public D elu(double[] x) {
    return apply(Activation.elu(), x);
  }

  /** {@link Activation#elu()} of each x. */
  public T elu(Tensor x) {
    return apply(Activation.elu(), x);
  }

  /** {@link Activation#silu()} of each x. */
  public F silu(float[] x) {
    return apply(Activation.silu(), x);
  }

  /** {@link Activation#silu()} of each x. */
  public D silu(double[] x) {
    return apply(Activation.silu(), x);
  }

  /** {@link Activation#silu()} of each x. */
  public T silu(Tensor x) {
    return apply(Activation.silu(), x);
  }

  /** {@link Activation#gelu()} of each x. */
  public F gelu(float[] x) {
    return apply(Activation.gelu(), x);
  }

  /** {@link Activation#gelu()} of each x. */
  public D gelu(double[] x) {
    return apply(Activation.gelu(), x);
  }

  /** {@link Activation#gelu()} of each x. */
  public T gelu(Tensor x) {
    return apply(Activation.gelu(), x);
  }

  /** {@link Activation#hardSwish()} of each x. */
  public F hardSwish(float[] x) {
    return apply(Activation.hardSwish(), x);
  }

  /** {@link Activation#hardSwish()} of each x. */
  public D hardSwish(double[] x) {
    return apply(Activation.hardSwish(), x);
  }

  /** {@link Activation#hardSwish()} of each x. */
  public T hardSwish(Tensor x) {
    return apply(Activation.hardSwish(), x);
  }

  /** {@link Activation#softmax()} of each x. */
  public F softmax(float[] x) {
    return apply(Activation.softmax(), x);
  }

  /** {@link Activation#softmax()} of each x. */
  public D softmax(double[] x) {
    return apply(Activation.softmax(), x);
  }

  /** {@link Activation#softmax()} of each x. */
  public T softmax(Tensor x) {
    return apply(Activation.softmax(), x);
  }

  /**
   * {@link Activation#prelu(float...)} of each x, with one slope per channel, the last dimension of
   * x.
   */
  public F prelu(float[] x, float[] slope) {
    return apply(Activation.prelu(slope), x);
  }

  /**
   * {@link Activation#prelu(double...)} of each x, with one slope per channel, the last dimension
   * of x.
   */
  public D prelu(double[] x, double[] slope) {
    return apply(Activation.prelu(slope), x);
  }

  /**
   * {@link Activation#prelu(Tensor)} of each x, with one slope per channel, the last dimension of
   * x.
   */
  public T prelu(Tensor x, Tensor slope) {
    return apply(Activation.prelu(slope), x);
  }
}
