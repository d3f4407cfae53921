package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LongDecimalTest {

  private final Random random = new Random(3);

  /** Digits of every length at every scale, against the JDK. */
  @Test
  void givesTheNearestDoubleOrLeavesItOpen() {
    int open = 0;
    int samples = 1_000_000;
    for (int i = 0; i < samples; i++) {
      long significand = random.nextLong() >>> 4 + random.nextInt(60);
      int scale = random.nextInt(-340, 330);
      double value = LongDecimal.toDouble(significand, scale);
      if (Double.isNaN(value)) {
        open += scale > -260 && scale < 280 && significand != 0 ? 1 : 0;
      } else {
        assertThat(value)
            .as("%de%d", significand, scale)
            .isEqualTo(Double.parseDouble(significand + "e" + scale));
      }
    }
    assertThat(open).isLessThan(samples / 20);
  }

  /** The shortest decimals of doubles, and what lies half way to the next one. */
  @Test
  void givesWhatWasWrittenShortest() {
    int open = 0;
    for (int i = 0; i < 200_000; i++) {
      double value = random.nextGaussian();
      java.math.BigDecimal shortest = new java.math.BigDecimal(Double.toString(Math.abs(value)));
      double read =
          LongDecimal.toDouble(shortest.unscaledValue().longValueExact(), -shortest.scale());
      open += Double.isNaN(read) ? 1 : 0;
      assertThat(Double.isNaN(read) || read == Math.abs(value)).as("%s", value).isTrue();
    }
    assertThat(open).isLessThan(10_000);
    for (long even = 1L << 53; even < (1L << 53) + 1000; even += 2) {
      double read = LongDecimal.toDouble(even + 1, 0);
      assertThat(Double.isNaN(read) || read == (double) (even + 1)).isTrue();
    }
  }
}
