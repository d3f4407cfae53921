package dev.verhulst.kernels.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DoubleLog1pTest {

  @Test
  void agreesWithFdlibmFromZeroToOne() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200_000; i++) {
      double u = i % 2 == 0 ? random.nextDouble() : Math.exp(-random.nextDouble(0, 745));
      double expected = StrictMath.log1p(u);
      assertThat(Lanes.apply(DoubleLog1p::log1p, u))
          .as("log1p(%s)", u)
          .isBetween(expected - Math.ulp(expected), expected + Math.ulp(expected));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, 0.0, Double.MIN_VALUE, 1.0})
  void equalsTheExactValueAtTheEdges(double u) {
    assertThat(Lanes.apply(DoubleLog1p::log1p, u)).isEqualTo(Double.valueOf(Math.log1p(u)));
  }
}
