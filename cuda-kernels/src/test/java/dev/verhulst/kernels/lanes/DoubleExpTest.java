package dev.verhulst.kernels.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DoubleExpTest {

  @Test
  void agreesWithFdlibmFromUnderflowToOverflow() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200_000; i++) {
      double x = i % 2 == 0 ? random.nextDouble(-746, 709.7) : random.nextDouble(-1, 1);
      double expected = StrictMath.exp(x);
      assertThat(Lanes.apply(DoubleExp::exp, x))
          .as("exp(%s)", x)
          .isBetween(expected - Math.ulp(expected), expected + Math.ulp(expected));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 0.0, -0.0, 709.79, 1e300})
  void equalsTheExactValueAtTheEdges(double x) {
    assertThat(Lanes.apply(DoubleExp::exp, x)).isEqualTo(Double.valueOf(Math.exp(x)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NEGATIVE_INFINITY, -1e300, -745.2, -745.13, -744.0})
  void underflowsGradually(double x) {
    assertThat(Lanes.apply(DoubleExp::exp, x)).isEqualTo(StrictMath.exp(x));
  }
}
