package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.reference.ReferenceValue;
import dev.verhulst.kernels.reference.ReferenceValues;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
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

  /** The activation that an FP32 kernel computes: its numbers are rounded to FP32. */
  public static ElementwiseActivation withFp32Parameters(ElementwiseActivation activation) {
    Map<String, Object> parameters = new HashMap<>();
    for (RecordComponent component : activation.getClass().getRecordComponents()) {
      try {
        if (component.getAccessor().invoke(activation) instanceof Double number) {
          parameters.put(component.getName(), (double) number.floatValue());
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    return parameters.isEmpty()
        ? activation
        : (ElementwiseActivation) activation.descriptor().create(parameters);
  }

  private static Stream<ElementwiseActivation> elementwise(Stream<Activation> activations) {
    return activations
        .filter(ElementwiseActivation.class::isInstance)
        .map(ElementwiseActivation.class::cast);
  }
}
