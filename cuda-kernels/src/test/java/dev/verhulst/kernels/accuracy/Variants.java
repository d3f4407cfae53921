package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.Silu;
import dev.verhulst.kernels.reference.ReferenceValue;
import dev.verhulst.kernels.reference.ReferenceValues;
import java.util.Map;
import java.util.stream.Stream;

/** What the accuracy tests enumerate. */
public final class Variants {

  private Variants() {}

  /** Every element-wise activation, with its default parameters and with those of the table. */
  public static Stream<ElementwiseActivation> elementwise() {
    Stream<Activation> defaults =
        Activations.all().stream().map(descriptor -> descriptor.create(Map.of()));
    return Stream.concat(elementwise(defaults), referenced()).distinct();
  }

  /** Every element-wise activation, with those parameters that the reference values have. */
  static Stream<ElementwiseActivation> referenced() {
    return elementwise(
            Activations.all().stream()
                .map(ActivationDescriptor::name)
                .flatMap(name -> ReferenceValues.of(name).stream())
                .map(ReferenceValue::activation))
        .distinct();
  }

  /**
   * The same as FP32 kernels compute them, and with parameters so small that x can be large where
   * the function is not yet flat.
   */
  static Stream<ElementwiseActivation> inFp32() {
    return Stream.concat(
            elementwise(),
            Stream.of(
                new Silu(0),
                new Silu(1e-30),
                new Silu(-1e-12),
                new Silu(0x1p-28),
                new Silu(-0x1.fp-29)))
        .map(activation -> activation.in(DataType.FP32))
        .distinct();
  }

  private static Stream<ElementwiseActivation> elementwise(Stream<Activation> activations) {
    return activations
        .filter(ElementwiseActivation.class::isInstance)
        .map(ElementwiseActivation.class::cast);
  }
}
