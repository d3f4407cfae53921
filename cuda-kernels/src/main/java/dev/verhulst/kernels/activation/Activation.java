package dev.verhulst.kernels.activation;

/**
 * A function of the catalogue, with the values of its parameters. Two that are equal share one
 * launch.
 */
public sealed interface Activation permits ElementwiseActivation, PRelu, Softmax {

  /** What the catalogue says of it, whatever its parameters are. */
  ActivationDescriptor descriptor();

  /** The name under which the service offers it, e.g. {@code log_sigmoid}. */
  default String name() {
    return descriptor().name();
  }
}
