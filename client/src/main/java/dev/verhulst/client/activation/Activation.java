package dev.verhulst.client.activation;

import dev.verhulst.client.inference.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An activation function with its parameters, as the server's model of that name computes it. The
 * formulas stand beside the factories; σ is the logistic sigmoid 1 / (1 + e⁻ˣ).
 */
public final class Activation {

  private final String model;
  private final Map<String, Object> parameters;
  private final @Nullable Tensor slope;
  private final long rowLength;

  private Activation(
      String model, Map<String, Object> parameters, @Nullable Tensor slope, long rowLength) {
    this.model = model;
    this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    this.slope = slope;
    this.rowLength = rowLength;
  }

  private static Activation plain(String model) {
    return new Activation(model, Map.of(), null, 0);
  }

  private static Activation with(String model, Map<String, Object> parameters) {
    return new Activation(model, parameters, null, 0);
  }

  /** σ(x) = 1 / (1 + e⁻ˣ). */
  public static Activation sigmoid() {
    return plain("sigmoid");
  }

  /** log σ(x) = -log1p(e⁻ˣ). */
  public static Activation logSigmoid() {
    return plain("log_sigmoid");
  }

  /** log1p(eˣ). */
  public static Activation softplus() {
    return plain("softplus");
  }

  /** log(p / (1 - p)), the inverse of σ: infinite at 0 and 1, NaN outside. */
  public static Activation logit() {
    return plain("logit");
  }

  /** {@link #logit()} of p clamped to [eps, 1 - eps]. */
  public static Activation logit(double eps) {
    return with("logit", Map.of("eps", eps));
  }

  /** max(0, min(1, 0.2 x + 0.5)). */
  public static Activation hardSigmoid() {
    return plain("hard_sigmoid");
  }

  /** max(0, min(1, alpha x + beta)); MobileNetV3 and PyTorch take alpha = 1/6. */
  public static Activation hardSigmoid(double alpha, double beta) {
    return with("hard_sigmoid", Map.of("alpha", alpha, "beta", beta));
  }

  /** tanh x = 2σ(2x) - 1. */
  public static Activation tanh() {
    return plain("tanh");
  }

  /** atan x. */
  public static Activation arctan() {
    return plain("arctan");
  }

  /** The error function erf x. */
  public static Activation erf() {
    return plain("erf");
  }

  /** x / √(1 + x²). */
  public static Activation algebraic() {
    return plain("algebraic");
  }

  /** gd x = 2 atan(tanh(x / 2)). */
  public static Activation gudermannian() {
    return plain("gudermannian");
  }

  /** max(0, x). */
  public static Activation relu() {
    return plain("relu");
  }

  /** x where it is positive, else 0.01 x. */
  public static Activation leakyRelu() {
    return plain("leaky_relu");
  }

  /** x where it is positive, else alpha x. */
  public static Activation leakyRelu(double alpha) {
    return with("leaky_relu", Map.of("alpha", alpha));
  }

  /**
   * x where it is positive, else x times its channel's slope; channels are the last dimension.
   *
   * @param slope one slope per channel, of the datatype of x
   */
  public static Activation prelu(Tensor slope) {
    return new Activation("prelu", Map.of(), slope, slope.elements());
  }

  /** {@link #prelu(Tensor)} for {@code float[]} calls. */
  public static Activation prelu(float... slope) {
    return prelu(Tensor.of(slope));
  }

  /** {@link #prelu(Tensor)} for {@code double[]} calls. */
  public static Activation prelu(double... slope) {
    return prelu(Tensor.of(slope));
  }

  /** x where it is positive, else expm1(x). */
  public static Activation elu() {
    return plain("elu");
  }

  /** x where it is positive, else alpha expm1(x). */
  public static Activation elu(double alpha) {
    return with("elu", Map.of("alpha", alpha));
  }

  /** x σ(x), also called swish. */
  public static Activation silu() {
    return plain("silu");
  }

  /** x σ(beta x). */
  public static Activation silu(double beta) {
    return with("silu", Map.of("beta", beta));
  }

  /** x Φ(x), with the standard normal distribution Φ. */
  public static Activation gelu() {
    return plain("gelu");
  }

  /** The approximation of {@link #gelu()} by tanh. */
  public static Activation geluTanh() {
    return with("gelu", Map.of("approximate", "tanh"));
  }

  /** x max(0, min(1, x/6 + 1/2)). */
  public static Activation hardSwish() {
    return plain("hard_swish");
  }

  /** eˣ over the sum of eˣ in each row, the last dimension; an array is one row. */
  public static Activation softmax() {
    return plain("softmax");
  }

  /** {@link #softmax()}, with an array cut into rows of that length. */
  public static Activation softmax(int rowLength) {
    if (rowLength <= 0) {
      throw new IllegalArgumentException("rowLength must be positive, got " + rowLength);
    }
    return new Activation("softmax", Map.of(), null, rowLength);
  }

  /** The name of the server's model. */
  public String model() {
    return model;
  }

  /** The request's parameters. */
  public Map<String, Object> parameters() {
    return parameters;
  }

  /** Whether each result depends on one x and on nothing else. */
  public boolean isElementwise() {
    return slope == null && !model.equals("softmax");
  }

  /** Whether tensors of that many dimensions can be put one below the other and computed as one. */
  boolean hasIndependentRows(int dimensions) {
    return isElementwise() ? dimensions >= 1 : slope == null && dimensions >= 2;
  }

  /** The inputs that the function has beside x. */
  Map<String, Tensor> furtherInputs() {
    return slope == null ? Map.of() : Map.of("slope", slope);
  }

  /**
   * The shape of an array of so many values: a vector, or rows where the function has channels.
   *
   * @throws IllegalArgumentException where the array is no whole number of rows
   */
  long[] shapeOf(int values) {
    if (rowLength == 0) {
      return new long[] {values};
    }
    if (values % rowLength != 0) {
      throw new IllegalArgumentException(
          model + " takes rows of " + rowLength + " values, and " + values + " are no whole rows");
    }
    return new long[] {values / rowLength, rowLength};
  }

  /** The model with its parameters, e.g. {@code leaky_relu{alpha=0.1}}. */
  @Override
  public String toString() {
    return parameters.isEmpty() ? model : model + parameters;
  }
}
