package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.accuracy.Runner.Output;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** What holds for every element-wise activation, or for every one of a kind, on the CPU. */
final class ElementwisePropertiesTest {

  private static final CpuDevice DEVICE = new CpuDevice(1);
  private static final DataType[] TYPES = {DataType.FP32, DataType.FP64};

  /** The smallest and the largest value that a bounded function may give. */
  private static final Map<String, List<Double>> RANGES =
      Map.of(
          "sigmoid", List.of(0.0, 1.0),
          "hard_sigmoid", List.of(0.0, 1.0),
          "tanh", List.of(-1.0, 1.0),
          "erf", List.of(-1.0, 1.0),
          "algebraic", List.of(-1.0, 1.0),
          "arctan", List.of(-Math.PI / 2, Math.PI / 2),
          "gudermannian", List.of(-Math.PI / 2, Math.PI / 2),
          "log_sigmoid", List.of(Double.NEGATIVE_INFINITY, 0.0),
          "softplus", List.of(0.0, Double.POSITIVE_INFINITY),
          "relu", List.of(0.0, Double.POSITIVE_INFINITY));

  @AfterContainer
  static void close() {
    DEVICE.close();
  }

  @Provide
  Arbitrary<ElementwiseActivation> activations() {
    return Arbitraries.of(
        Variants.elementwise().map(each -> each.in(DataType.FP32)).distinct().toList());
  }

  @Provide
  Arbitrary<double[]> inputs() {
    return Arbitraries.oneOf(Arbitraries.floats(), Arbitraries.floats().between(-10, 10))
        .list()
        .ofMinSize(2)
        .ofMaxSize(50)
        .map(list -> list.stream().mapToDouble(Float::doubleValue).toArray());
  }

  /** Of two inputs the larger has the larger value, within what the accuracy allows. */
  @Property(tries = 500)
  void monotoneFunctionsAreMonotone(
      @ForAll("activations") ElementwiseActivation activation, @ForAll("inputs") double[] any) {
    if (!isMonotone(activation)) {
      return;
    }
    double[] x = any.clone();
    Arrays.sort(x);
    double slack = 2 * (Bounds.value(activation.name()) + 0.5);
    for (DataType type : TYPES) {
      double[] y = new Runner(DEVICE).run(activation, type, Output.Y, x);
      for (int i = 1; i < x.length; i++) {
        if (Double.isNaN(y[i]) || Double.isNaN(y[i - 1]) || y[i] >= y[i - 1]) {
          continue; // NaN: outside the domain of logit
        }
        assertThat(y[i])
            .as("%s in %s: f(%s) against f(%s)", activation, type, x[i], x[i - 1])
            .isCloseTo(y[i - 1], within(slack * Ulp.of(y[i - 1], type)));
      }
    }
  }

  @Property(tries = 500)
  void boundedFunctionsKeepTheirBounds(
      @ForAll("activations") ElementwiseActivation activation, @ForAll("inputs") double[] x) {
    List<Double> range = RANGES.get(activation.name());
    if (range == null) {
      return;
    }
    for (DataType type : TYPES) {
      // π/2 rounded to the type is the bound where π/2 is.
      double lowest = type == DataType.FP32 ? range.getFirst().floatValue() : range.getFirst();
      double highest = type == DataType.FP32 ? range.getLast().floatValue() : range.getLast();
      double[] y = new Runner(DEVICE).run(activation, type, Output.Y, x);
      for (int i = 0; i < x.length; i++) {
        assertThat(y[i]).as("%s(%s) in %s", activation, x[i], type).isBetween(lowest, highest);
      }
    }
  }

  /**
   * By the mean value theorem the slope of a chord is the derivative somewhere between its ends, so
   * that it lies between the least and the greatest derivative there, kinks included.
   */
  @Property(tries = 100)
  void derivativeIsTheSlopeOfTheValue(
      @ForAll("activations") ElementwiseActivation activation, @ForAll("inputs") double[] any) {
    double step = 0x1p-18;
    boolean onUnitInterval = activation.name().equals("logit");
    for (double number : any) {
      double center =
          onUnitInterval ? 0.001 + 0.998 * Math.abs(Math.sin(number)) : Math.clamp(number, -40, 40);
      double[] x = {center - step, center - step / 2, center, center + step / 2, center + step};
      double[] y = new Runner(DEVICE).run(activation, Output.Y, x);
      double[] dyDx = new Runner(DEVICE).run(activation, Output.DY_DX, x);
      double slope = (y[4] - y[0]) / (x[4] - x[0]);
      double least = Arrays.stream(dyDx).min().orElseThrow();
      double greatest = Arrays.stream(dyDx).max().orElseThrow();
      // The rounding of the values over the step, and a derivative that bends between the five.
      double rounding = 8 * Math.ulp(Math.max(Math.abs(y[0]), Math.abs(y[4]))) / step;
      double bend = 1e-10 * Math.max(1, Math.abs(greatest));
      assertThat(slope)
          .as("the slope of %s near %s", activation, center)
          .isBetween(least - rounding - bend, greatest + rounding + bend);
    }
  }

  /** Whether the definition rises, or is flat, wherever it is defined. */
  private static boolean isMonotone(ElementwiseActivation activation) {
    return DoubleStream.iterate(-50, x -> x <= 50, x -> x + 0.01)
        .map(activation::derivative)
        .noneMatch(slope -> slope < 0);
  }
}
