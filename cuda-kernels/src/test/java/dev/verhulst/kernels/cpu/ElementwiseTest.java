package dev.verhulst.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ElementwiseTest {

  static Stream<ElementwiseActivation> elementwise() {
    return Activations.all().stream()
        .map((ActivationDescriptor descriptor) -> descriptor.create(Map.of()))
        .filter(ElementwiseActivation.class::isInstance)
        .map(ElementwiseActivation.class::cast);
  }

  @ParameterizedTest
  @MethodSource("elementwise")
  void computesInFp32(ElementwiseActivation activation) {
    int n = 1025;
    try (CpuDevice device = new CpuDevice(2);
        HostBuffer x = device.allocate(n * 4L);
        HostBuffer gradY = device.allocate(n * 4L);
        HostBuffer y = device.allocate(n * 4L);
        HostBuffer dyDx = device.allocate(n * 4L);
        HostBuffer gradX = device.allocate(n * 4L)) {
      for (int i = 0; i < n; i++) {
        float value = activation.name().equals("logit") ? (i + 1) / 2000f : (i - 500) / 60f;
        x.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        gradY.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, 2);
      }
      device.run(
          activation,
          DataType.FP32,
          List.of(
              new ActivationTask(
                  n,
                  1,
                  x.segment(),
                  null,
                  gradY.segment(),
                  y.segment(),
                  dyDx.segment(),
                  gradX.segment())));
      for (int i = 0; i < n; i++) {
        double input = x.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i);
        assertThat((double) y.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i))
            .as("%s(%s)", activation, input)
            .isCloseTo(activation.value(input), org.assertj.core.api.Assertions.within(3e-6));
        double derivative = activation.derivative(input);
        assertThat((double) dyDx.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i))
            .as("derivative of %s at %s", activation, input)
            .isCloseTo(
                derivative,
                org.assertj.core.api.Assertions.within(3e-6 * Math.max(1, Math.abs(derivative))));
        assertThat((double) gradX.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i))
            .isCloseTo(
                2 * derivative,
                org.assertj.core.api.Assertions.within(6e-6 * Math.max(1, Math.abs(derivative))));
      }
    }
  }
}
